"""Below how many forms a group of people is hidden; the views of the snapshot hide it themselves."""

import streamlit as st

from dashboard.context import Context


def limit(context: Context) -> int:
    """Below how many forms a group of people is hidden; 0 hides none."""
    return context.source.snapshot.disclosure.below


def disclosure_section(context: Context) -> None:
    """What is hidden to protect people, how it looks, and why it cannot be worked out."""
    below = limit(context)
    if below == 0:
        st.markdown(context.texts("method.disclosure_none"))
        return
    st.markdown(context.texts("method.disclosure_text", below=context.format.count(below)))
