/* 图由 ECharts 画，数字来自页面里的 JSON，颜色来自样式表；没有它时，下面的表照样看得到。 */
(function () {
  "use strict";
  const library = document.currentScript.dataset.echarts;
  let loading = null;

  function echarts() {
    if (window.echarts) return Promise.resolve(window.echarts);
    loading = loading || new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = library;
      script.onload = () => resolve(window.echarts);
      script.onerror = reject;
      document.head.append(script);
    });
    return loading;
  }

  function palette() {
    const style = getComputedStyle(document.documentElement);
    const value = (name) => style.getPropertyValue(name).trim();
    const size = parseInt(value("--fs-13"), 10) || 13;
    return {
      ink: value("--ink"), ink2: value("--ink-2"), ink3: value("--ink-3"), axis: value("--line-strong"), grid: value("--c-grid"), paper: value("--paper"),
      quiet: value("--c-quiet"), colours: ["--c1", "--c6", "--c2", "--c3", "--c4", "--c5"].map(value), size, font: getComputedStyle(document.body).fontFamily,
    };
  }

  /* 同一张图里小数位一样多：31.50 不写成 31.5 */
  function speaker(data) {
    const places = Math.max(0, ...data.series.flatMap((one) => one.values).map((value) => (String(value).split(".")[1] || "").slice(0, 2).length));
    return (value) => (value === null || value === undefined ? "" : value.toLocaleString("zh-CN", { minimumFractionDigits: places, maximumFractionDigits: places }));
  }
  const plain = (value) => value.toLocaleString("zh-CN");

  function width(text, size) {
    return Array.from(text).reduce((sum, char) => sum + (char.charCodeAt(0) > 0x2e7f ? size : size * 0.6), 0);
  }

  function base(data, look, narrowBox, said) {
    const many = data.labels.length;
    return {
      animation: false,
      textStyle: { fontFamily: look.font },
      tooltip: { trigger: "axis", renderMode: "richText", backgroundColor: look.paper, borderColor: look.axis, textStyle: { color: look.ink, fontSize: look.size }, valueFormatter: (value) => said(value) + " " + data.unit },
      xAxis: {
        type: "category", data: data.labels, axisTick: { show: false }, axisLine: { lineStyle: { color: look.axis } },
        axisLabel: { color: look.ink3, fontSize: look.size, hideOverlap: true, interval: narrowBox && many > 6 ? Math.ceil(many / 5) - 1 : "auto" },
      },
    };
  }

  function lines(data, look, box) {
    const said = speaker(data);
    const names = data.series.map((one) => one.title + " " + said(one.values[one.values.length - 1]));
    const right = data.series.length > 1 ? 14 + Math.max(...names.map((name) => width(name, look.size))) : 20 + width(said(data.series[0].values[data.labels.length - 1]) + data.unit, look.size);
    const option = base(data, look, box.clientWidth < 480, said);
    /* 矮的图没有纵轴：每个点写数，中间那个点带上名字 */
    const low = box.clientHeight < 150, middle = Math.floor(data.labels.length / 2);
    let strong = 0;
    option.grid = { left: 8, right, top: 18, bottom: 4, containLabel: true };
    option.xAxis.boundaryGap = false;
    option.yAxis = { type: "value", min: 0, splitNumber: 4, axisLabel: { color: look.ink3, fontSize: look.size, formatter: plain }, splitLine: { lineStyle: { color: look.grid } } };
    option.series = data.series.map((one, index) => {
      const colour = one.quiet ? look.quiet : look.colours[strong++ % 6];
      const end = data.series.length > 1 ? names[index] : said(one.values[one.values.length - 1]) + " " + data.unit;
      return {
        name: one.title, type: "line", data: one.values, z: one.quiet ? 1 : 2, symbol: "circle", symbolSize: (value, at) => (one.quiet ? 0 : data.labels.length <= 12 || at.dataIndex === data.labels.length - 1 ? 6 : 0),
        lineStyle: { width: one.quiet ? 2 : 2.5, color: colour }, itemStyle: { color: colour },
        endLabel: { show: !low, formatter: () => end, color: one.quiet ? look.ink2 : colour, fontWeight: one.quiet ? 400 : 600, fontSize: look.size }, labelLayout: low ? { hideOverlap: true } : { moveOverlap: "shiftY" },
        label: { show: low, position: "top", color: look.ink, fontSize: look.size, formatter: (at) => (at.dataIndex === middle ? one.title + " " : "") + said(at.value) },
      };
    });
    if (low) { option.yAxis = { type: "value", min: 0, show: false }; option.grid = { left: 20, right: 20, top: 22, bottom: 4, containLabel: true }; }
    return option;
  }

  function bars(data, look, box) {
    const said = speaker(data);
    const option = base(data, look, box.clientWidth < 480, said);
    const last = data.labels.length - 1, grouped = data.series.length > 1;
    option.grid = { left: 4, right: 4, top: 26, bottom: 4, containLabel: true };
    option.yAxis = { type: "value", min: 0, show: false };
    let strong = 0;
    option.series = data.series.map((one) => {
      const colour = one.quiet ? look.quiet : look.colours[strong++ % 6];
      return {
        name: one.title, type: "bar", barMaxWidth: grouped ? (data.labels.length > 4 ? 26 : 48) : 34, barGap: "8%", itemStyle: { color: colour },
        data: one.values.map((value, index) => (grouped ? value : { value, itemStyle: { color: index === last ? look.colours[0] : look.quiet } })),
        label: { show: true, position: "top", color: look.ink, fontSize: look.size, formatter: (at) => said(at.value) }, labelLayout: { hideOverlap: true },
      };
    });
    return option;
  }

  function draw(figure) {
    const box = figure.querySelector(".chart-box"), source = figure.querySelector('script[type="application/json"]');
    if (!box || !source || !box.clientWidth) return;
    echarts().then((library) => {
      const data = JSON.parse(source.textContent);
      const chart = library.getInstanceByDom(box) || library.init(box, null, { devicePixelRatio: Math.max(2, window.devicePixelRatio) });
      chart.setOption(data.kind === "line" ? lines(data, palette(), box) : bars(data, palette(), box), true);
    });
  }

  const drawAll = (root) => root.querySelectorAll("figure.chart").forEach(draw);
  function resizeAll() {
    document.querySelectorAll("figure.chart .chart-box").forEach((box) => {
      const chart = window.echarts && window.echarts.getInstanceByDom(box);
      if (chart) chart.resize();
    });
  }
  let waiting = 0;
  window.addEventListener("resize", () => { clearTimeout(waiting); waiting = setTimeout(() => { resizeAll(); drawAll(document); }, 120); });
  window.addEventListener("beforeprint", resizeAll);
  window.addEventListener("afterprint", resizeAll);
  document.addEventListener("DOMContentLoaded", () => drawAll(document));
  document.addEventListener("htmx:load", (event) => drawAll(event.detail.elt));
})();
