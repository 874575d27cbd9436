"""Reports to be filed, made without Streamlit: the summary for the country and the profile of a province."""
