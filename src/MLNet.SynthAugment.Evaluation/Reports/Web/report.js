"use strict";

// Draws the charts of the report from the numbers in the page. Everything else in the page works without it.
(() => {
  const charts = JSON.parse(document.getElementById("chart-data").textContent);
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const drawn = new Map();
  const dashes = { RealOnly: "solid", RealRepeated: [2, 3], RealClassic: [8, 4], SyntheticOnly: [2, 3], RealSynthetic: [8, 4], RealClassicSynthetic: "solid" };
  const symbols = { SyntheticOnly: "diamond", RealSynthetic: "triangle", RealClassicSynthetic: "circle", RealOnly: "rect", RealRepeated: "rect", RealClassic: "rect" };

  const colour = name => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  const toneOf = line => colour(line.tone < 0 ? "plain" : `tone-${line.tone % 6}`);
  const signed = value => (value > 0 ? "+" : value < 0 ? "−" : "") + Math.abs(value).toFixed(1);
  const withHalf = (text, half) => half === null ? text : `${text} ± ${half.toFixed(1)}`;

  function look() {
    const axis = { axisLine: { lineStyle: { color: colour("muted") } }, axisTick: { lineStyle: { color: colour("muted") } }, axisLabel: { color: colour("muted"), fontSize: 12 },
      nameTextStyle: { color: colour("ink"), fontSize: 13 }, splitLine: { lineStyle: { color: colour("line") } } };
    // Texts in tooltips are names from the data: drawn as text, they cannot become markup.
    const tooltip = { renderMode: "richText", confine: true, backgroundColor: colour("card"), borderColor: colour("line"), textStyle: { color: colour("ink"), fontSize: 13 } };
    return { axis, tooltip };
  }

  // A vertical or horizontal bar with end caps, from the interval's one end to the other.
  function interval(isVertical, stroke, width) {
    return (parameters, api) => {
      const [a, b] = isVertical
        ? [api.coord([api.value(0), api.value(1)]), api.coord([api.value(0), api.value(2)])]
        : [api.coord([api.value(1), api.value(0)]), api.coord([api.value(2), api.value(0)])];
      const cap = (at) => isVertical ? { x1: at[0] - 4, y1: at[1], x2: at[0] + 4, y2: at[1] } : { x1: at[0], y1: at[1] - 4, x2: at[0], y2: at[1] + 4 };
      const style = { stroke, lineWidth: width };
      return { type: "group", children: [{ x1: a[0], y1: a[1], x2: b[0], y2: b[1] }, cap(a), cap(b)].map(shape => ({ type: "line", shape, style })) };
    };
  }

  function curveOption(chart, shown) {
    const { axis, tooltip } = look();
    const last = chart.ticks.length - 1;
    // Side by side, so that intervals at one tick can be told apart.
    const visible = chart.lines.filter(line => shown.has(line.name));
    const shift = line => (visible.indexOf(line) - (visible.length - 1) / 2) * Math.min(0.05, 0.4 / visible.length);
    const series = visible.flatMap(line => {
      const tone = toneOf(line);
      const points = line.points.map((point, tick) => point && { value: [tick + shift(line), point[0]], point, tick }).filter(point => point);
      // The same at every tick: marked once, and drawn from edge to edge.
      if (line.flat) {
        points.splice(1);
        points.unshift({ ...points[0], value: [-0.4, points[0].value[1]], symbol: "none" });
        points.push({ ...points[0], value: [last + 0.4, points[0].value[1]], symbol: "none" });
      }
      return [
        { type: "custom", clip: true, silent: true, z: 2, renderItem: interval(true, tone, 1.5), encode: { x: 0, y: [1, 2] },
          data: points.filter(({ point, symbol }) => point[1] !== null && !symbol).map(({ value, point }) => [value[0], point[0] - point[1], point[0] + point[1]]) },
        { type: "line", name: line.name, z: 3, data: points, symbol: symbols[line.kind], symbolSize: line.tone < 0 ? 6 : 9, itemStyle: { color: tone },
          lineStyle: { color: tone, width: 2, type: dashes[line.kind] },
          tooltip: { formatter: ({ data }) => `${line.name}\n${chart.xName}: ${chart.ticks[data.tick]}\n${withHalf(data.point[0].toFixed(1), data.point[1])} %` } },
      ];
    });
    return {
      animation: false,
      tooltip: { ...tooltip, trigger: "item" },
      grid: { left: 16, right: 20, top: 30, bottom: 34, containLabel: true },
      xAxis: { ...axis, type: "value", min: -0.4, max: last + 0.4, interval: 1, name: chart.xName, nameLocation: "middle", nameGap: 30, splitLine: { show: false },
        axisTick: { show: false }, axisLabel: { ...axis.axisLabel, customValues: chart.ticks.map((_, i) => i), formatter: value => String(chart.ticks[Math.round(value)] ?? "") } },
      yAxis: { ...axis, axisLine: { ...axis.axisLine, onZero: false }, type: "value", scale: true, min: lower, max: upper, name: "Test accuracy (%)", nameLocation: "end", nameTextStyle: { ...axis.nameTextStyle, align: "left", padding: [0, 0, 0, -20] } },
      series,
    };
  }

  // There is no accuracy below 0 or above 100 %, though intervals of few seeds reach there: they are cut. Tens, as the ticks are.
  const lower = ({ min }) => Math.max(0, Math.floor(min / 10) * 10);
  const upper = ({ max }) => Math.min(100, Math.ceil(max / 10) * 10);

  function gainsOption(chart, _, width) {
    const { axis, tooltip } = look();
    const short = name => name.length <= 24 ? name : `${name.slice(0, 8)}…${name.slice(-14)}`;
    return {
      animation: false,
      tooltip: { ...tooltip, trigger: "item", formatter: ({ dataIndex }) => `${chart.classes[dataIndex]}\n${withHalf(signed(chart.values[dataIndex][0]), chart.values[dataIndex][1])} points` },
      grid: { left: 8, right: 24, top: 8, bottom: 34, containLabel: true },
      xAxis: { ...axis, type: "value", name: "Recall gained (points)", nameLocation: "middle", nameGap: 28, splitNumber: width < 500 ? 4 : 8, axisLabel: { ...axis.axisLabel, formatter: signedWhole } },
      yAxis: { ...axis, type: "category", inverse: true, data: chart.classes, axisTick: { show: false }, axisLabel: { ...axis.axisLabel, fontSize: 11, interval: 0, formatter: short } },
      series: [
        { type: "bar", barWidth: "62%", data: chart.values.map(([gain]) => ({ value: gain, itemStyle: { color: colour(gain < 0 ? "wrong" : "right") } })) },
        { type: "custom", silent: true, z: 3, renderItem: interval(false, colour("ink"), 1), encode: { x: [1, 2], y: 0 },
          data: chart.values.map(([gain, half], row) => [row, gain - half, gain + half, half]).filter(row => row[3] !== null) },
      ],
    };
  }

  function signedWhole(value) {
    return signed(value).replace(/\.0$/, "");
  }

  // A button for each line, which hides or shows it.
  function addLegend(place, chart, shown, redraw) {
    place.replaceChildren(...chart.lines.map(line => {
      const button = document.createElement("button");
      button.type = "button";
      button.setAttribute("aria-pressed", String(shown.has(line.name)));
      button.append(sample(line), line.name);
      button.addEventListener("click", () => {
        if (!shown.delete(line.name))
          shown.add(line.name);
        button.setAttribute("aria-pressed", String(shown.has(line.name)));
        redraw();
      });
      return button;
    }));
  }

  function sample(line) {
    const svg = (name, attributes) => {
      const element = document.createElementNS("http://www.w3.org/2000/svg", name);
      for (const [key, value] of Object.entries(attributes))
        element.setAttribute(key, value);
      return element;
    };
    const tone = `var(--${line.tone < 0 ? "plain" : `tone-${line.tone % 6}`})`;
    const dash = dashes[line.kind];
    const marks = { circle: ["circle", { cx: 14, cy: 6, r: 4 }], rect: ["rect", { x: 11, y: 3, width: 6, height: 6 }], triangle: ["path", { d: "M14 1 L19 10 L9 10 Z" }], diamond: ["path", { d: "M14 1 L19 6 L14 11 L9 6 Z" }] };
    const [shape, attributes] = marks[symbols[line.kind]];
    const picture = svg("svg", { width: 28, height: 12, "aria-hidden": "true" });
    picture.append(svg("line", { x1: 0, x2: 28, y1: 6, y2: 6, stroke: tone, "stroke-width": 2, "stroke-dasharray": dash === "solid" ? "none" : dash.join(" ") }), svg(shape, { ...attributes, fill: tone }));
    return picture;
  }

  // Drawn when its place has a width: charts in closed parts have none yet.
  function draw(place) {
    const chart = charts[place.dataset.chart];
    const isCurve = chart.type === "curve";
    let entry = drawn.get(place);
    if (!entry) {
      entry = { instance: echarts.init(place, null, { renderer: "svg" }), shown: new Set(isCurve ? chart.lines.filter(line => line.shown).map(line => line.name) : []) };
      drawn.set(place, entry);
      if (isCurve)
        addLegend(place.previousElementSibling, chart, entry.shown, () => draw(place));
    }
    entry.instance.resize();
    entry.instance.setOption((isCurve ? curveOption : gainsOption)(chart, entry.shown, place.clientWidth), { notMerge: true });
  }

  const observer = new ResizeObserver(entries => entries.filter(entry => entry.contentRect.width > 0).forEach(entry => draw(entry.target)));
  document.querySelectorAll("[data-chart]").forEach(place => observer.observe(place));
  dark.addEventListener("change", () => drawn.forEach((_, place) => draw(place)));
})();
