"""Who we serve: people, accounts, what is known of them, and how the traces of one person become one."""
