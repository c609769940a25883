import { isWebsite } from '../../honours/contact.rules.js';
import { code, date, flag, oneOf, shape, text as textField } from '../fields.js';
import { EVERYTHING, kindOf, wanted } from './kind.js';
import { day, enumOf, text, write } from '../writing.js';
import { json, set } from '../record.query.js';

export const source = kindOf({
  type: 'source',
  shape: shape(
    { code, title: textField(500), kind: oneOf(['ARTICLE', 'REPORT', 'DOCUMENT', 'WEBSITE', 'OTHER']) },
    {
      publisher: textField(500), author: textField(500), url: textField(2000), publishedOn: date, publishedOnPrecision: oneOf(['DAY', 'MONTH', 'YEAR'], 'DAY'),
      note: textField(2000), corrects: flag,
    },
  ),
  key: (body) => body.code as string,
  check: ({ url }, report) => {
    if (url !== undefined && !(isWebsite(url as string) && /^https?:/i.test(url as string))) report('INVALID_VALUE', 'must be an address such as https://example.vn/article', 'url');
  },
  declares: { what: 'source', table: 'source' },
  past: ['publishedOn'],
  records: (where) => `
    select s.code as key, ${json(`'source' as type, s.code, s.title, s.kind, s.publisher, s.author, s.url, s.published_on as "publishedOn",
      ${set('s.published_on_precision', 'DAY')} "publishedOnPrecision", s.note`)} as line
    from source s where ${where}`,
  write: write('source', 'source', {
    kind: enumOf('kind', 'source_kind'), title: text('title'), publisher: text('publisher'), author: text('author'), url: text('url'),
    published_on: day('publishedOn'), published_on_precision: enumOf('publishedOnPrecision', 'date_precision', 'DAY'), note: text('note'),
  }),
  exported: `${EVERYTHING} or s.id in (select source_id from claim where unit_id in ${wanted('own')})`,
});
