"""Rights (维权服务): so far the calculator, pure functions that phone, desk and command line share."""
