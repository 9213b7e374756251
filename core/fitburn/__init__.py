"""Rules and contracts that the FitBurn services share."""
