import { activations, batches, depths, settingFields, shifts, widths } from "./config.js";

function option(value: string | number, label: string | number, fallback: string | number): string {
  return `<option value="${value}"${value === fallback ? " selected" : ""}>${label}</option>`;
}

function select(
  name: "width" | "depth" | "activation" | "batch" | "shift",
  values: readonly (string | number)[],
  label: (value: string | number) => string | number = (value) => value,
): string {
  const options = values.map((value) => option(value, label(value), settingFields[name].fallback)).join("");
  return `<label class="field"><span>{{digits.settings.${name}}}</span><select name="${name}">${options}</select></label>`;
}

function number(name: "dropout" | "rate" | "epochs" | "seed", range: string): string {
  return `<label class="field"><span>{{digits.settings.${name}}}</span><input type="number" name="${name}" value="${settingFields[name].fallback}" ${range} /></label>`;
}

/** The exhibit as HTML. The view finds its parts by `data-part`. */
export function digitsMarkup(): string {
  const bars = Array.from({ length: 10 }, (_, digit) => {
    return `<li data-digit="${digit}"><span class="name">${digit}</span><span class="bar"><i></i></span><span class="percent">–</span></li>`;
  }).join("");
  return `
<article id="digits" class="exhibit digits" data-phase="idle">
  <header class="intro">
    <h1>{{digits.heading}}</h1>
    <p class="lede">{{digits.lede}}</p>
  </header>
  <section class="transport" aria-label="{{digits.transport.region}}">
    <div class="buttons">
      <button type="button" class="primary" data-part="primary" disabled>{{digits.transport.start}}</button>
      <button type="button" data-part="reset" disabled>{{digits.transport.reset}}</button>
    </div>
    <p class="status"><span class="lamp" aria-hidden="true"></span><span data-part="status">{{digits.phase.idle}}</span></p>
    <p class="count" data-part="count"></p>
    <div class="progress" role="progressbar" aria-label="{{digits.transport.progress}}" aria-valuemin="0" aria-valuemax="100" aria-valuenow="0" data-part="progress"><i></i></div>
  </section>
  <section class="failure" role="alert" data-part="failure" hidden>
    <h2>{{digits.error.heading}}</h2>
    <p data-part="failureText"></p>
    <button type="button" class="primary" data-part="retry">{{digits.transport.retry}}</button>
  </section>
  <section class="headline" aria-label="{{digits.figures.region}}">
    <p class="big"><b data-part="accuracy" data-empty>–</b> <span data-part="accuracyLabel">{{digits.figures.accuracyNone}}</span> <small>{{digits.figures.guess}}</small></p>
    <p class="small"><b data-part="loss">–</b> <span>{{digits.figures.loss}}</span></p>
    <p class="small"><b data-part="parameters">–</b> <span>{{digits.figures.parameters}}</span></p>
  </section>
  <div class="columns">
    <section class="panel draw" aria-labelledby="digits-draw">
      <header><h2 id="digits-draw">{{digits.draw.heading}}</h2><p id="digits-draw-hint">{{digits.draw.hint}}</p></header>
      <div class="papers">
        <canvas class="pad" data-part="pad" tabindex="0" role="application" aria-label="{{digits.draw.pad}}" aria-describedby="digits-draw-hint"></canvas>
        <figure>
          <canvas class="seen" data-part="seen" width="28" height="28" aria-hidden="true"></canvas>
          <figcaption><b>{{digits.draw.sees}}</b> <small>{{digits.draw.seesHint}}</small></figcaption>
        </figure>
      </div>
      <div class="row">
        <button type="button" data-part="clear" disabled>{{digits.draw.clear}}</button>
        <button type="button" data-part="example" disabled>{{digits.draw.example}}</button>
      </div>
      <p class="message" data-part="padMessage"></p>
    </section>
    <section class="panel answer" aria-labelledby="digits-answer">
      <header><h2 id="digits-answer">{{digits.draw.answer}}</h2><p data-part="says">{{digits.draw.none}}</p></header>
      <ol class="bars" data-part="bars">${bars}</ol>
    </section>
  </div>
  <section class="panel" aria-labelledby="digits-chart">
    <header><h2 id="digits-chart">{{digits.chart.heading}}</h2><p>{{digits.chart.hint}}</p></header>
    <div class="chart" data-part="chart" aria-hidden="true"></div>
  </section>
  <div class="columns">
    <section class="panel" aria-labelledby="digits-units">
      <header><h2 id="digits-units">{{digits.units.heading}}</h2><p data-part="unitsHint"></p></header>
      <canvas class="units" data-part="units" role="img" aria-label="{{digits.units.none}}"></canvas>
      <p class="message" data-part="unitsMessage">{{digits.units.none}}</p>
    </section>
    <section class="panel" aria-labelledby="digits-misread">
      <header><h2 id="digits-misread">{{digits.misread.heading}}</h2><p>{{digits.misread.hint}}</p></header>
      <ul class="misread" data-part="misread"></ul>
      <p class="message" data-part="misreadMessage">{{digits.misread.none}}</p>
    </section>
  </div>
  <div class="columns">
    <section class="panel" aria-labelledby="digits-confusion">
      <header><h2 id="digits-confusion">{{digits.confusion.heading}}</h2><p>{{digits.confusion.hint}}</p></header>
      <table class="confusion">
        <caption class="visually-hidden">{{digits.confusion.caption}}</caption>
        <thead><tr><th scope="col"><span class="visually-hidden">{{digits.confusion.corner}}</span></th>${Array.from({ length: 10 }, (_, digit) => `<th scope="col">${digit}</th>`).join("")}</tr></thead>
        <tbody data-part="confusion">${Array.from({ length: 10 }, (_, digit) => `<tr><th scope="row">${digit}</th>${"<td></td>".repeat(10)}</tr>`).join("")}</tbody>
      </table>
    </section>
    <section class="panel" aria-labelledby="digits-settings">
      <header><h2 id="digits-settings">{{digits.settings.heading}}</h2><p>{{digits.settings.note}}</p></header>
      <form class="settings" data-part="settings">
        ${select("width", widths, (value) => (value === 0 ? "{{digits.settings.noHidden}}" : value))}
        ${select("depth", depths)}
        ${select("activation", activations, (value) => `{{digits.settings.activations.${value}}}`)}
        ${number("dropout", 'min="0" max="0.8" step="0.05"')}
        ${select("shift", shifts)}
        ${number("rate", 'min="0.05" max="100" step="0.05"')}
        ${select("batch", batches)}
        ${number("epochs", 'min="1" max="100"')}
        ${number("seed", 'min="0" max="999999999"')}
        <div class="row"><button type="button" data-part="newSeed" disabled>{{digits.settings.newSeed}}</button>
        <button type="button" data-part="save" disabled>{{digits.save}}</button></div>
      </form>
    </section>
  </div>
</article>`;
}
