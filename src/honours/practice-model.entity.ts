import { defineEntity, p } from '@mikro-orm/core';
import { policiesOf } from '../access/row-scope.js';
import type { ModelStatus } from './practice-model.type.js';

export const PracticeModel = defineEntity({
  name: 'PracticeModel',
  tableName: 'practice_model',
  policies: policiesOf('practice_model'),
  properties: {
    id: p.integer().primary().autoincrement(),
    code: p.text().unique(),
    unitId: p.integer(),
    name: p.text(),
    programmeId: p.integer().nullable(),
    exemplary: p.boolean(),
    status: p.text().columnType('model_status').$type<ModelStatus>(),
    version: p.integer().default(1),
  },
});
