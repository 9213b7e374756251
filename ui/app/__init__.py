"""The pages of members and operators. They know the API through its client, and nothing else of the house."""
