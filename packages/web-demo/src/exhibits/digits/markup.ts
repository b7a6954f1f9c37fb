/** The exhibit as HTML. The view finds its parts by `data-part`. */
export function digitsMarkup(): string {
  return `
<article id="digits" class="exhibit digits">
  <header class="intro">
    <h1>{{digits.heading}}</h1>
    <p class="lede">{{digits.lede}}</p>
  </header>
</article>`;
}
