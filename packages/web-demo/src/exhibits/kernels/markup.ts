import { catalogue, contenderIds, type GroupId, jobIds, type JobId } from "./catalogue.js";
import { runLengths, settingFields } from "./config.js";

/** The groups side by side, where there is room for two columns. */
const columns: readonly (readonly GroupId[])[] = [["matmul"], ["elements", "lstm", "draws"]];

const conditionNames = ["engine", "cores", "variants", "threads", "isolated", "clock"] as const;

/** The exhibit as HTML. The view finds its parts by `data-part`, `data-job` and `data-contender`. */
export function kernelsMarkup(): string {
  return `
<article id="kernels" class="exhibit kernels" data-phase="idle">
  <header class="intro">
    <h1>{{kernels.heading}}</h1>
    <p class="lede">{{kernels.lede}}</p>
  </header>
  <section class="transport" aria-label="{{kernels.transport.region}}">
    <div class="buttons">
      <button type="button" class="primary" data-part="primary" disabled>{{kernels.transport.run}}</button>
      <fieldset class="segments" data-part="lengths" aria-label="{{kernels.settings.run}}">
        ${runLengths.map((length) => `<label><input type="radio" name="length" value="${length}"${length === settingFields.length.fallback ? " checked" : ""} /><span>{{kernels.settings.lengths.${length}}}</span></label>`).join("")}
      </fieldset>
    </div>
    <p class="status"><span class="lamp" aria-hidden="true"></span><span data-part="status">{{kernels.phase.idle}}</span></p>
    <p class="count" data-part="count"></p>
    <div class="progress" role="progressbar" aria-label="{{kernels.transport.progress}}" aria-valuemin="0" aria-valuemax="100" aria-valuenow="0" data-part="progress"><i></i></div>
  </section>
  <section class="failure" role="alert" data-part="failure" hidden>
    <h2>{{kernels.error.heading}}</h2>
    <p data-part="failureText"></p>
    <button type="button" class="primary" data-part="retry">{{kernels.transport.retry}}</button>
  </section>
  <section class="headline" aria-label="{{kernels.headline.region}}">
    <p class="big"><b data-part="ratio" data-empty>?.?</b> <span>{{kernels.headline.ratio}}</span> <small>{{kernels.headline.ratioHint}}</small></p>
    <p class="big"><b data-part="peak" data-empty>?.?</b> <span>{{kernels.headline.peak}}</span> <small>{{kernels.headline.peakHint}}</small></p>
    <p class="summary" data-part="summary">{{kernels.headline.none}}</p>
  </section>
  <fieldset class="choice" data-part="choice">
    <legend class="visually-hidden">{{kernels.settings.heading}}</legend>
    <div class="legend">
      <ul class="key">${contenderIds.map((id) => `<li data-contender="${id}"><i aria-hidden="true"></i> <b>{{kernels.contenders.${id}}}</b> {{kernels.contenderHints.${id}}}</li>`).join("")}</ul>
      <p class="buttons">
        <button type="button" data-part="all">{{kernels.settings.all}}</button>
        <button type="button" data-part="none">{{kernels.settings.none}}</button>
      </p>
    </div>
    <div class="columns">${columns.map((groups) => `<div>${groups.map(groupMarkup).join("")}</div>`).join("")}
    </div>
  </fieldset>
  <div class="columns after">
    <section class="panel" aria-labelledby="conditions-heading">
      <h2 id="conditions-heading">{{kernels.conditions.heading}}</h2>
      <dl class="conditions">${conditionNames.map((name) => `<div><dt>{{kernels.conditions.${name}}}</dt><dd data-part="${name}">–</dd></div>`).join("")}</dl>
    </section>
    <section class="panel share" aria-labelledby="share-heading">
      <h2 id="share-heading">{{kernels.share.heading}}</h2>
      <p class="buttons">
        <button type="button" data-part="markdown" disabled>{{kernels.share.markdown}}</button>
        <button type="button" data-part="json" disabled>{{kernels.share.json}}</button>
        <button type="button" data-part="link" disabled>{{kernels.share.link}}</button>
      </p>
      <p class="message" role="status" data-part="shareMessage">{{kernels.share.none}}</p>
      <textarea rows="8" readonly spellcheck="false" data-part="shareText" aria-label="{{kernels.share.text}}" hidden></textarea>
    </section>
    <section class="panel how" aria-labelledby="kernels-how-heading">
      <h2 id="kernels-how-heading">{{kernels.how.heading}}</h2>
      ${["same", "warm", "fair", "honest"].map((name) => `<p>{{kernels.how.paragraphs.${name}}}</p>`).join("\n      ")}
    </section>
  </div>
</article>`;
}

function groupMarkup(group: GroupId): string {
  return `
      <section class="panel group" aria-labelledby="group-${group}">
        <header>
          <h2 id="group-${group}">{{kernels.groups.${group}}}</h2>
          <p>{{kernels.groupHints.${group}}}</p>
        </header>
        ${jobIds
          .filter((job) => catalogue[job].group === group)
          .map(jobMarkup)
          .join("")}
      </section>`;
}

function jobMarkup(job: JobId): string {
  return `
        <table class="job" data-job="${job}">
          <caption><label><input type="checkbox" name="jobs" value="${job}" checked /> <span>{{kernels.jobs.${job}}}</span></label></caption>
          <colgroup><col class="who" /><col /><col class="times" /></colgroup>
          <tbody>${contenderIds.map(rowMarkup).join("")}</tbody>
        </table>
        <p class="job-failure" data-failure="${job}" hidden></p>`;
}

function rowMarkup(contender: string): string {
  return `
            <tr data-contender="${contender}"><th scope="row">{{kernels.contenders.${contender}}}</th><td class="rate"><span><span class="bar" aria-hidden="true"><i></i><b></b><s></s><u></u></span><span class="number">–</span></span></td><td class="ratio"></td></tr>`;
}
