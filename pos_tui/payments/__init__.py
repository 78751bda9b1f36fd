"""Being paid by a wallet: send the order, await the confirmation, resume after a stop."""
