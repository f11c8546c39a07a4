"""Niangjia (娘家): a platform for trade unions."""
