import {
  activationIds,
  classDataIds,
  featureIds,
  learnerIds,
  optimiserIds,
  paceIds,
  valueDataIds,
  viewIds,
} from "./catalogue.js";
import { batches, decays, dropouts, epochChoices, limits, rates, settingFields } from "./config.js";
import { lessonIds } from "./lesson.js";

const chosen = (name: "learner" | "pace" | "view", value: string): string =>
  settingFields[name].fallback === value ? " checked" : "";

const segments = (
  name: "learner" | "pace" | "view",
  legend: string,
  values: readonly string[],
  words: string,
): string => `
        <fieldset class="segments" data-part="${name}">
          <legend>{{perceptron.${legend}}}</legend>
          ${values.map((value) => `<label><input type="radio" name="${name}" value="${value}"${chosen(name, value)} /><span>{{perceptron.${words}.${value}}}</span></label>`).join("")}
        </fieldset>`;

const select = (
  name: "activation" | "optimiser" | "rate" | "decay" | "dropout" | "batch" | "epochs",
  options: readonly (readonly [value: string | number, label: string])[],
): string => `
        <label class="field"><span>{{perceptron.learning.${name}}}</span>
          <select name="${name}">${options.map(([value, label]) => `<option value="${value}"${String(value) === String(settingFields[name].fallback) ? " selected" : ""}>${label}</option>`).join("")}</select>
        </label>`;

const numbered = (values: readonly number[], zero?: string): [number, string][] =>
  values.map((value) => [value, value === 0 && zero ? `{{perceptron.learning.${zero}}}` : String(value)]);

const slider = (name: "noise" | "held", most: number, step: number): string => `
        <label class="field"><span>{{perceptron.data.${name}}} <output data-part="${name}Value">${settingFields[name].fallback} %</output></span>
          <input type="range" name="${name}" min="0" max="${most}" step="${step}" value="${settingFields[name].fallback}" />
        </label>`;

const cards = (ids: readonly string[]): string =>
  ids
    .map(
      (id) =>
        `<label class="card"><input type="radio" name="data" value="${id}"${id === settingFields.data.fallback ? " checked" : ""} /><span><canvas width="112" height="112" data-set="${id}" aria-hidden="true"></canvas>{{perceptron.data.names.${id}}}</span></label>`,
    )
    .join("");

const confusion = (set: "train" | "test"): string => `
        <table class="confusion" data-part="${set}Confusion" hidden>
          <caption data-part="${set}Caption"></caption>
          <thead><tr><td></td><th scope="col">{{perceptron.result.answered}} <i class="mark first" aria-hidden="true"></i><span class="visually-hidden">{{perceptron.plane.first}}</span></th><th scope="col">{{perceptron.result.answered}} <i class="mark second" aria-hidden="true"></i><span class="visually-hidden">{{perceptron.plane.second}}</span></th></tr></thead>
          <tbody>${[0, 1].map((row) => `<tr><th scope="row">{{perceptron.result.given}} <i class="mark ${row ? "second" : "first"}" aria-hidden="true"></i><span class="visually-hidden">{{perceptron.plane.${row ? "second" : "first"}}}</span></th>${[0, 1].map((column) => `<td data-part="${set}${row}${column}"${row === column ? " data-right" : ""}>–</td>`).join("")}</tr>`).join("")}</tbody>
        </table>`;

const figure = (name: string, labels: readonly string[]): string =>
  `<div data-figure="${name}"><dt data-part="${name}Label">${labels[0]}</dt><dd><b data-part="${name}">–</b>${labels[1] ? ` <span data-part="${name}Test">–</span>` : ""}<small data-part="${name}Note">${labels[1] ?? ""}</small></dd></div>`;

const paragraphs = ["plane", "units", "bound", "honest"];

/** The exhibit as HTML. What is seen is found by `data-part`. */
export function perceptronMarkup(): string {
  return `
<article id="perceptron" class="exhibit perceptron" data-phase="loading">
  <header class="intro">
    <h1>{{perceptron.heading}}</h1>
    <p class="lede">{{perceptron.lede}}</p>
  </header>
  <section class="transport" aria-label="{{perceptron.transport.region}}">
    <div class="buttons">
      <button type="button" class="primary" data-part="primary" disabled>{{perceptron.transport.run}}</button>
      <button type="button" data-part="step" disabled>{{perceptron.transport.step}}</button>
      <button type="button" data-part="reset" disabled>{{perceptron.transport.reset}}</button>
    </div>
    <p class="status"><span class="lamp" aria-hidden="true"></span><span data-part="status">{{perceptron.phase.loading}}</span></p>
    <p class="count" data-part="count"></p>
    <div class="progress" role="progressbar" aria-label="{{perceptron.transport.progress}}" aria-valuemin="0" aria-valuemax="100" aria-valuenow="0" data-part="progress"><i></i></div>
  </section>
  <section class="failure" role="alert" data-part="failure" hidden>
    <h2>{{perceptron.error.heading}}</h2>
    <p data-part="failureText"></p>
    <button type="button" class="primary" data-part="retry">{{perceptron.transport.retry}}</button>
  </section>
  <section class="lesson" aria-labelledby="perceptron-lesson-heading">
    <h2 id="perceptron-lesson-heading">{{perceptron.lesson.heading}}</h2>
    <ol class="steps" aria-label="{{perceptron.lesson.label}}">${lessonIds.map((id, i) => `<li><button type="button" data-lesson="${id}"><i aria-hidden="true">${i + 1}</i>{{perceptron.lesson.steps.${id}}}</button></li>`).join("")}</ol>
    <p class="text" data-part="lessonText"></p>
    <p class="verdict" role="status" data-part="verdict"></p>
  </section>
  <fieldset class="sets">
    <legend class="visually-hidden">{{perceptron.data.heading}}</legend>
    <div role="group" aria-label="{{perceptron.data.classes}}"><span aria-hidden="true">{{perceptron.data.classes}}</span>${cards(classDataIds)}</div>
    <div role="group" aria-label="{{perceptron.data.values}}"><span aria-hidden="true">{{perceptron.data.values}}</span>${cards(valueDataIds)}</div>
  </fieldset>
  <div class="stage">
    <section class="learner" aria-labelledby="perceptron-network-heading">
      <h2 id="perceptron-network-heading">{{perceptron.network.heading}}</h2>
      ${segments("learner", "network.learnerLegend", learnerIds, "network.learners")}
      <p class="about" data-part="about"></p>
      <div class="layers" data-part="layers">
        <span>{{perceptron.network.layers}}</span>
        <button type="button" data-part="removeLayer" aria-label="{{perceptron.network.removeLayer}}">−</button>
        <b data-part="layerCount"></b>
        <button type="button" data-part="addLayer" aria-label="{{perceptron.network.addLayer}}">+</button>
        <div class="widths">${Array.from({ length: limits.mostLayers }, (_, i) => `<span data-width="${i}" hidden><i aria-hidden="true">${"abcd"[i]}</i><button type="button" data-less="${i}">−</button><b></b><button type="button" data-more="${i}">+</button></span>`).join("")}</div>
      </div>
      <div class="scroll" data-part="diagramScroll">
        <div class="diagram" data-part="diagram">
          <svg data-part="wires" aria-hidden="true"></svg>
          <fieldset class="inputs"><legend class="visually-hidden">{{perceptron.network.features}}</legend>${featureIds.map((id) => `<label class="input" data-feature="${id}"><input type="checkbox" name="features" value="${id}"${settingFields.features.fallback.includes(id) ? " checked" : ""} /><canvas width="${limits.thumbnail}" height="${limits.thumbnail}" aria-hidden="true"></canvas><span>{{perceptron.network.featureNames.${id}}}</span></label>`).join("")}</fieldset>
          <div role="group" aria-label="{{perceptron.network.picture}}" data-part="units"></div>
        </div>
      </div>
      <p class="readout" data-part="readout">{{perceptron.network.readoutHint}}</p>
      <div class="bias" data-part="biasBox" hidden>
        <label class="field"><span>{{perceptron.network.bias}} <output data-part="biasValue"></output></span>
          <input type="range" min="-6" max="6" step="0.05" value="0" data-part="bias" aria-describedby="perceptron-bias-hint" />
          <small id="perceptron-bias-hint">{{perceptron.network.biasHint}}</small>
        </label>
        <p class="rule" data-part="rule"></p>
      </div>
    </section>
    <section class="space" aria-labelledby="perceptron-plane-heading">
      <h2 id="perceptron-plane-heading">{{perceptron.plane.heading}}</h2>
      <div class="frame"><canvas tabindex="0" role="application" aria-describedby="perceptron-plane-hint" data-part="plane"></canvas><p data-part="shows" hidden></p></div>
      <ul class="key" data-part="key">
        <li><i class="mark first" aria-hidden="true"></i><span data-part="keyFirst">{{perceptron.plane.keyFirst}}</span></li>
        <li><i class="mark second" aria-hidden="true"></i><span data-part="keySecond">{{perceptron.plane.keySecond}}</span></li>
        <li><i class="mark held" aria-hidden="true"></i>{{perceptron.plane.keyHeld}}</li>
        <li><i class="mark wrong" aria-hidden="true"></i>{{perceptron.plane.keyWrong}}</li>
      </ul>
      <p class="hint" id="perceptron-plane-hint">{{perceptron.plane.hint}}</p>
      <div class="row">
        <fieldset class="segments small" data-part="brush">
          <legend>{{perceptron.plane.brush}}</legend>
          <label><input type="radio" name="brush" value="first" checked /><span>{{perceptron.plane.first}}</span></label>
          <label><input type="radio" name="brush" value="second" /><span>{{perceptron.plane.second}}</span></label>
        </fieldset>${segments("view", "plane.view", viewIds, "plane.views").replace('class="segments"', 'class="segments small"')}
        <button type="button" class="small" data-part="clear">{{perceptron.plane.clear}}</button>
      </div>
      <p class="visually-hidden" role="status" data-part="planeMessage"></p>
    </section>
  </div>
  <section class="panel result" aria-labelledby="perceptron-result-heading">
    <h2 id="perceptron-result-heading">{{perceptron.result.heading}}</h2>
    <div class="columns">
      <figure><figcaption data-part="chartCaption">{{perceptron.result.chart}}</figcaption><div role="img" aria-label="{{perceptron.result.chart}}" data-part="chart"></div></figure>
      <div class="side">
        <dl class="figures">
          ${figure("loss", ["", "{{perceptron.result.test}}"])}
          ${figure("right", ["{{perceptron.result.accuracy}}", "{{perceptron.result.test}}"])}
          ${figure("mistakes", ["{{perceptron.result.mistakes}}"])}
          ${figure("bound", ["{{perceptron.result.bound}}"])}
        </dl>
        <div class="confusions">${confusion("train")}${confusion("test")}</div>
      </div>
    </div>
  </section>
  <div class="columns settings">
    <section class="panel" aria-labelledby="perceptron-data-heading">
      <h2 id="perceptron-data-heading">{{perceptron.data.heading}}</h2>
      <div class="fields">${slider("noise", limits.mostNoise, 1)}${slider("held", limits.mostHeld, 5)}
        <label class="field"><span>{{perceptron.data.seed}}</span>
          <input type="number" name="seed" min="0" max="${limits.mostSeed}" step="1" value="${settingFields.seed.fallback}" />
        </label>
        <p class="message" data-part="points"></p>
      </div>
    </section>
    <section class="panel" aria-labelledby="perceptron-learning-heading">
      <h2 id="perceptron-learning-heading">{{perceptron.learning.heading}}</h2>
      <div class="fields">${select(
        "activation",
        activationIds.map((id) => [id, `{{perceptron.learning.activations.${id}}}`]),
      )}${select(
        "optimiser",
        optimiserIds.map((id) => [id, `{{perceptron.learning.optimisers.${id}}}`]),
      )}${select("rate", numbered(rates))}${select("batch", numbered(batches, "all"))}${select("decay", numbered(decays, "none"))}${select("dropout", numbered(dropouts, "none"))}${select("epochs", numbered(epochChoices))}
      </div>
      ${segments("pace", "learning.pace", paceIds, "learning.paces")}
    </section>
  </div>
  <section class="panel how" aria-labelledby="perceptron-how-heading">
    <h2 id="perceptron-how-heading">{{perceptron.how.heading}}</h2>
    ${paragraphs.map((name) => `<p>{{perceptron.how.paragraphs.${name}}}</p>`).join("\n    ")}
  </section>
</article>`;
}
