/** The parts of a mail, in reading order, before they become plain text or HTML. */
export type Block =
  | { readonly is: 'words'; readonly words: string }
  | { readonly is: 'heading'; readonly words: string }
  | { readonly is: 'link'; readonly words: string; readonly url: string }
  | { readonly is: 'time'; readonly words: string; readonly iso: string };
