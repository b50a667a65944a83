"""What `make` calls: servers, supervisor, set-up. The application never imports it."""
