from niangjia.core.line import CoreApp


class FacesConfig(CoreApp):
    """Shells, components and page kinds (界面): the worker's phone, the desk, the board."""

    name = "niangjia.core.faces"
    label = "faces"
    verbose_name = "界面"
