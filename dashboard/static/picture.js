// A chart taken away as SVG or PNG: as it is drawn, under its name, over a line that says what its figures are of, on
// the ground of the page and with our type inside. Plotly's own picture has none of these.
(() => {
  const SPACE = "http://www.w3.org/2000/svg", EDGE = 16, HEAD = 15, FOOT = 11, LINE = 1.4, SHARP = 3;
  const FAMILY = "Be Vietnam Pro", CONTROLS = ".hoverlayer, .zoomlayer, .draglayer, .selectionlayer, .modebar-container";
  const element = (name, attributes, text = "") => {
    const made = document.createElementNS(SPACE, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.textContent = text;
    return made;
  };

  // The words of a text in lines that fit a width.
  const wrapped = (text, font, width) => {
    const pen = document.createElement("canvas").getContext("2d"), lines = [""];
    pen.font = font;
    for (const word of text.split(" ")) {
      const longer = `${lines.at(-1)} ${word}`.trim();
      if (!lines.at(-1) || pen.measureText(longer).width <= width) lines[lines.length - 1] = longer;
      else lines.push(word);
    }
    return lines;
  };

  // The files of our type that the letters and weights of a picture need, inside it: it may be opened anywhere.
  const type = async (drawn) => {
    const letters = [...new Set(drawn.textContent)].map((letter) => letter.codePointAt(0));
    const weights = new Set(["400", ...[...drawn.outerHTML.matchAll(/font-weight[:="\s]+(\w+)/g)].map(([, weight]) =>
      ({ bold: "700", normal: "400" })[weight] ?? weight)]);
    if (drawn.querySelector("b, strong")) weights.add("700");
    const holds = (range) => range.split(",").some((part) => {
      const [low, high = low] = part.trim().slice(2).split("-").map((code) => parseInt(code, 16));
      return letters.some((letter) => low <= letter && letter <= high);
    });
    const faces = [...document.styleSheets].flatMap((sheet) => { try { return [...sheet.cssRules]; } catch { return []; } })
      .filter((rule) => rule instanceof CSSFontFaceRule && rule.style.getPropertyValue("font-family").includes(FAMILY))
      .filter((rule) => weights.has(rule.style.getPropertyValue("font-weight")))
      .filter((rule) => holds(rule.style.getPropertyValue("unicode-range")));
    const inside = async (rule) => {
      const [, address] = /url\("?([^")]+)/.exec(rule.style.getPropertyValue("src"));
      const file = await (await fetch(new URL(address, document.baseURI))).blob();
      const written = await new Promise((done) => {
        const reader = new FileReader();
        reader.onload = () => done(reader.result);
        reader.readAsDataURL(file);
      });
      return rule.cssText.replace(/url\([^)]*\)/, `url("${written}")`);
    };
    return (await Promise.all(faces.map(inside))).join("\n");
  };

  // The chart with its name above and what it is of below, as one drawing.
  const picture = async (chart, { heading, note }) => {
    const page = getComputedStyle(document.querySelector(".stApp"));
    const { width, height } = chart._fullLayout, room = width;
    const head = wrapped(heading, `600 ${HEAD}px ${FAMILY}`, room), foot = wrapped(note, `${FOOT}px ${FAMILY}`, room);
    const top = EDGE + head.length * HEAD * LINE + EDGE / 2;
    const whole = { width: width + 2 * EDGE, height: top + height + EDGE / 2 + foot.length * FOOT * LINE + EDGE };
    const drawn = element("svg", { xmlns: SPACE, ...whole, viewBox: `0 0 ${whole.width} ${whole.height}`,
      style: `font-family: '${FAMILY}', sans-serif; font-variant-numeric: tabular-nums; fill: ${page.color}` });
    drawn.append(element("title", {}, heading), element("desc", {}, note), element("style", {}));
    drawn.append(element("rect", { width: "100%", height: "100%", fill: page.backgroundColor }));
    const write = (lines, size, y, look) => lines.forEach((line, n) =>
      drawn.append(element("text", { x: EDGE, y: y + (n + 0.8) * size * LINE, "font-size": size, ...look }, line)));
    write(head, HEAD, EDGE, { "font-weight": 600 });
    for (const layer of chart.querySelectorAll(".main-svg")) {
      const copy = layer.cloneNode(true);
      copy.querySelectorAll(CONTROLS).forEach((control) => control.remove());
      copy.removeAttribute("style");
      copy.setAttribute("x", EDGE);
      copy.setAttribute("y", top);
      drawn.append(copy);
    }
    write(foot, FOOT, top + height + EDGE / 2, { opacity: 0.75 });
    drawn.querySelector("style").textContent = await type(drawn);
    return { file: new Blob([new XMLSerializer().serializeToString(drawn)], { type: "image/svg+xml" }), ...whole };
  };

  const painted = async ({ file, width, height }) => {
    const address = URL.createObjectURL(file), image = new Image();
    image.src = address;
    await image.decode();
    const canvas = Object.assign(document.createElement("canvas"), { width: width * SHARP, height: height * SHARP });
    // The browser reads the type inside only when it first draws with it, and does not say when it has.
    for (let drawn = 0; drawn < 4; drawn += 1) {
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      await new Promise((done) => setTimeout(done, 120));
    }
    URL.revokeObjectURL(address);
    return new Promise((done) => canvas.toBlob(done, "image/png"));
  };

  const take = async (chart, form) => {
    const { filename, heading } = chart._context.toImageButtonOptions;
    const drawing = await picture(chart, { heading, note: window.pictureNote });
    const address = URL.createObjectURL(form === "svg" ? drawing.file : await painted(drawing));
    Object.assign(document.createElement("a"), { href: address, download: `${filename}.${form}` }).click();
    setTimeout(() => URL.revokeObjectURL(address), 60000);
  };

  // Plotly has two buttons of its own for files; ours stand in their places and go by what the reader is told.
  const press = (event) => {
    const button = event.target.closest?.(".modebar-btn");
    if (!button) return;
    event.stopPropagation();
    take(button.closest(".js-plotly-plot"), button.dataset.title.endsWith("(SVG)") ? "svg" : "png");
  };
  document.removeEventListener("click", window.takePicture, true);
  window.takePicture = press;
  document.addEventListener("click", press, true);
})();
