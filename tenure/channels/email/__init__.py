"""E-mail: MJML or Markdown to HTML and text, SMTP with one-click unsubscribing (RFC 8058)."""
