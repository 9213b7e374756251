"""The Streamlit pages of members and operators. Their only way to data is the API's client."""
