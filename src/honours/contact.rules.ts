/** What can be said of how a unit is reached. */
import { UserFault } from '../access/command.js';
import { wordsOf } from '../access/input.rules.js';
import type { Contact, SaveContactInput } from './contact.type.js';

export type ContactContent = Omit<Contact, 'unitKey' | 'version'>;

const MOST_PHONES = 10;
const LONGEST_PHONE = 50;

export function contentOf(input: SaveContactInput): ContactContent {
  const phones = input.phones ?? [];
  if (phones.length > MOST_PHONES) throw new UserFault('phones', 'INVALID', `phones takes at most ${MOST_PHONES}.`);
  const email = wordsOf('email', input.email, 254);
  if (email !== null && !isEmail(email)) throw new UserFault('email', 'INVALID', 'email must be an address such as congdoan@example.vn.');
  const website = wordsOf('website', input.website, 500);
  if (website !== null && !isWebsite(website)) throw new UserFault('website', 'INVALID', 'website must be an address such as https://example.vn or example.vn.');
  return {
    address: wordsOf('address', input.address, 500),
    phones: phones.map((phone, i) => wordsOf(`phones.${i}`, phone, LONGEST_PHONE)!),
    fax: wordsOf('fax', input.fax, LONGEST_PHONE),
    email,
    website,
    source: wordsOf('source', input.source, 500),
    note: wordsOf('note', input.note, 2000),
  };
}

export const isEmail = (text: string): boolean => /^[^\s@<>]+@[^\s@<>.]+(\.[^\s@<>.]+)+$/.test(text);

/** Of the web and of nothing else: a link of any other scheme would do something. */
export const isWebsite = (text: string): boolean => /^(https?:\/\/)?[^\s:/?#<>"'@.]+(\.[^\s:/?#<>"'@.]+)+(:\d+)?([/?#][^\s<>"']*)?$/i.test(text);
