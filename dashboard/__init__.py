"""The Streamlit dashboard: reads published views, draws them, calculates nothing."""
