"""Pages of the standards: reading them, versions of the guidance, and writing the next one."""
