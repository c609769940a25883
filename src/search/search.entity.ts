import { defineEntity, p } from '@mikro-orm/core';
import { policiesOf } from '../access/row-scope.js';

/** By how words begin, how many units have such: read and written by functions of the database alone. */
export const SearchBeginning = defineEntity({
  name: 'SearchBeginning',
  tableName: 'search_beginning',
  policies: policiesOf('search_beginning'),
  properties: {
    beginning: p.text().primary(),
    level: p.text().primary(),
    units: p.integer(),
    shortest: p.integer(),
  },
});
