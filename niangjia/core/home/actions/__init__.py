"""What the house does as a whole: filters kept under a name, sealed values under a new key."""

from niangjia.core.home.actions.filters import drop_filters, keep_filters
from niangjia.core.home.actions.keys import Resealed, reseal, rotate_keys, sealed_models, under_older_keys

__all__ = ["Resealed", "drop_filters", "keep_filters", "reseal", "rotate_keys", "sealed_models", "under_older_keys"]
