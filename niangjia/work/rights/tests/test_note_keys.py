"""New sealing keys reach what only its writer may read."""

from datetime import date

from niangjia.base.scope import elevated, scoped
from niangjia.base.sealing import keyring
from niangjia.core.access.actor import SYSTEM
from niangjia.core.home.actions.keys import reseal, rotate_keys, under_older_keys
from niangjia.work.rights import actions
from niangjia.work.rights.models import LawyerNote
from niangjia.work.rights.tests.factories import acting
from niangjia.work.rights.tests.helpers import new_aid, new_lawyer, walk
from tests.world import World

GRANT = {"forms_of_aid": ["arb"], "reason": "追索劳动报酬", "means": "月收入低"}


def test_new_keys_reach_the_lawyers_notes(own_database: str) -> None:
    world = World()
    lawyer = new_lawyer(world, account=True)
    me = acting(lawyer.account)  # type: ignore[arg-type]
    case = walk(new_aid(world), ("grant", "11-15", GRANT), ("assign", "11-16", {"helper": lawyer}))
    actions.add_lawyers_note(case, text="底线是六千", by=me, on=date(2023, 11, 17))
    rotate_keys(by=SYSTEM)
    with elevated("test"):
        assert under_older_keys()
    list(reseal(by=SYSTEM))
    with scoped(me.scope):
        note = LawyerNote.objects.get()
        assert (bytes(note.text_sealed)[1], note.text) == (keyring().sealer().number, "底线是六千")
    with elevated("test"):
        assert under_older_keys() == 0
