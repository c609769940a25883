import { isWebsite } from '../../honours/contact.rules.js';
import { code, flag, oneOf, shape, text as textField } from '../fields.js';
import { checkDates, dateColumns, dated, datesSaid } from './dates.js';
import { EVERYTHING, kindOf, wanted } from './kind.js';
import { enumOf, text, write } from '../writing.js';
import { json } from '../record.query.js';

export const source = kindOf({
  type: 'source',
  shape: shape(
    { code, title: textField(500), kind: oneOf(['ARTICLE', 'REPORT', 'DOCUMENT', 'WEBSITE', 'OTHER']) },
    {
      publisher: textField(500), author: textField(500), url: textField(2000), ...dated('publishedOn'),
      note: textField(2000), corrects: flag,
    },
  ),
  key: (body) => body.code as string,
  check: (body, report) => {
    checkDates(body, report, ['publishedOn']);
    const { url } = body;
    if (url !== undefined && !(isWebsite(url as string) && /^https?:/i.test(url as string))) report('INVALID_VALUE', 'must be an address such as https://example.vn/article', 'url');
  },
  declares: { what: 'source', table: 'source' },
  past: ['publishedOn'],
  records: (where) => `
    select s.code as key, ${json(`'source' as type, s.code, s.title, s.kind, s.publisher, s.author, s.url, ${datesSaid('s', 'publishedOn')}, s.note`)} as line
    from source s where ${where}`,
  write: write('source', 'source', {
    kind: enumOf('kind', 'source_kind'), title: text('title'), publisher: text('publisher'), author: text('author'), url: text('url'),
    ...dateColumns('publishedOn'), note: text('note'),
  }),
  exported: `${EVERYTHING} or s.id in (select source_id from claim where unit_id in ${wanted('own')})`,
});
