/** What a card of the contents says, and the small figure that shows its lesson's idea. */
export interface LessonCardOptions {
  /** Where the lesson is. */
  href: string;
  title: string;
  /** What the reader will see there, in a sentence. */
  text: string;
}

/** Returns a card for the contents: *figure*, alive, above the name of its lesson. */
export function lessonCard(figure: Element, {href, title, text}: LessonCardOptions): HTMLElement {
  const card = document.createElement("article");
  card.className = "viz-card";
  const heading = document.createElement("h3");
  const link = document.createElement("a");
  link.href = href;
  link.textContent = title;
  heading.append(link);
  const sentence = document.createElement("p");
  sentence.textContent = text;
  card.append(figure, heading, sentence);
  return card;
}
