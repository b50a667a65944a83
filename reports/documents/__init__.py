"""One module per kind of document: context(…) → a plain dict, which `render` puts on paper."""
