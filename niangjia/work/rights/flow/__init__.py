"""The flows of rights."""

from niangjia.work.rights.flow.aid import AID
from niangjia.work.rights.flow.dispute import DISPUTE

FLOWS = (DISPUTE, AID)
