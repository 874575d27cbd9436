// When the system changes from light to dark while the page is open, Streamlit draws its own parts anew and leaves
// charts and maps in the colours that they were made in. The page is asked for again, as on the way back and forward.
(() => {
  if (window.followsScheme) return;
  window.followsScheme = true;
  const REDRAWN = 100; // milliseconds until Streamlit says of the new colours when it asks
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () =>
    setTimeout(() => dispatchEvent(new PopStateEvent("popstate")), REDRAWN));
})();
