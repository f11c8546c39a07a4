"""The rule of a plan, declared once: reckoned in Python with its steps, in SQL for many, and explained from the same steps (互助计划)."""
