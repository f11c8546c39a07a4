"""The flows of rights."""

from niangjia.work.rights.flow.aid import AID
from niangjia.work.rights.flow.dismissal import DISMISSAL
from niangjia.work.rights.flow.dispute import DISPUTE
from niangjia.work.rights.flow.supervision import SUPERVISION

FLOWS = (DISPUTE, AID, DISMISSAL, SUPERVISION)
