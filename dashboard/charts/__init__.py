"""Charts: pure functions from a frame to a Plotly figure. Nothing here knows Streamlit."""
