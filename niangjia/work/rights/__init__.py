"""Labour disputes, legal aid, the calculator (维权服务)."""
