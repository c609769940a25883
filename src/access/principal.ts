/** Whether a text can name a principal. */
export function isPrincipal(text: string): boolean {
  return text !== '' && text.length <= 255 && !/\p{Cc}|\p{Cs}/u.test(text);
}
