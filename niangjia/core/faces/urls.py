from django.urls import path

from niangjia.core.faces import views

app_name = "faces"
urlpatterns = [
    path("text-size", views.text_size, name="text-size"),
    path("desk/help", views.help_page, name="help"),
    path("desk/components", views.components, name="components"),
    path("m/components", views.worker_components, name="worker-components"),
    path("board/components", views.board_components, name="board-components"),
]
