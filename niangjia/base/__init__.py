"""The ground floor: knows Python, PostgreSQL and Chinese, and nothing of unions."""
