"""The second cloud server's hand: watches the transaction log and fills the tills' streams."""
