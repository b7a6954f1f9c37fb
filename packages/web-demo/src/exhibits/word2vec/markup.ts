/** The exhibit as HTML. The view finds its parts by `data-part`. */
export function word2vecMarkup(): string {
  return `
<article id="word2vec" class="exhibit word2vec">
  <header class="intro">
    <h1>{{word2vec.heading}}</h1>
    <p class="lede">{{word2vec.lede}}</p>
  </header>
</article>`;
}
