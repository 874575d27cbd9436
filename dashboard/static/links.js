// A link in our own HTML leads on inside the page, as Streamlit's links do, instead of loading everything anew. One that
// only narrows the page it stands on is left to the browser: of that Streamlit takes no notice.
(() => {
  if (window.leadsOn) return;
  window.leadsOn = true;
  document.addEventListener("click", (event) => {
    const link = event.target.closest(".stHtml a[href]");
    const beside = event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
    if (!link || beside || link.origin !== location.origin || link.pathname === location.pathname) return;
    event.preventDefault();
    history.pushState({}, "", link.href);
    dispatchEvent(new PopStateEvent("popstate"));
  });
})();
