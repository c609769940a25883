/** Further variables for the 25 queries, so that between them they reach every fact that they ask for. */
type Variables = Readonly<Record<string, unknown>>;

const year = (n: number): { from: string; to: string } => ({ from: `${n}-01-01`, to: `${n}-12-31` });
const rates = ['unions.with-plan.rate', 'unions.with-banner.rate', 'clusters.launched.rate'];

export const asks: Readonly<Record<string, readonly Variables[]>> = {
  Q01: [{ unit: 'P38' }, { unit: 'D932', asOf: '2024-01-31', year: 2024 }],
  Q02: [
    { unit: 'D399', campaign: '75k-initiatives', indicator: 'initiatives.uploaded', asOf: '2021-05-30' },
    { unit: 'P93', campaign: '1m-initiatives', indicator: 'initiatives.valid', asOf: '2023-09-01' },
    { unit: 'D272', campaign: 'emulation-2022-phuc-tho', indicator: 'initiatives' },
    { unit: 'D399', campaign: 'thanh-hoa-aspiration-hoang-hoa', indicator: 'unions.with-plan.rate' },
    { unit: 'D006', campaign: 'emulation-2021-dong-da', indicator: 'initiatives' },
    { unit: 'D932', campaign: 'good-labour-creative-labour', indicator: 'initiatives' },
    { unit: 'P93', campaign: 'emulation-2024-hau-giang', indicator: 'initiatives' },
  ],
  Q03: [
    { unit: 'D272', campaign: '1m-initiatives', phase: 'phase-1', indicator: 'initiatives', asOf: '2022-05-31', from: '2022-01-08', to: '2022-06-30' },
    { unit: 'P93', campaign: '1m-initiatives', indicator: 'initiatives.valid', asOf: '2023-09-01', from: '2023-06-01', to: '2023-12-31' },
  ],
  Q04: [
    { unit: 'D272', campaign: '1m-initiatives', phase: 'phase-1', indicator: 'initiatives', asOf: '2022-05-31' },
    { unit: 'D399', campaign: '75k-initiatives', indicator: 'initiatives.uploaded', asOf: '2021-05-30' },
  ],
  Q06: [
    { unit: 'D272', campaign: '1m-initiatives', phase: 'phase-1', indicator: 'initiatives', asOf: '2022-05-31' },
    { unit: 'P38', campaign: '75k-initiatives', indicator: 'initiatives.uploaded', asOf: '2021-05-30' },
    { unit: 'P93', campaign: '1m-initiatives', indicator: 'initiatives.valid', asOf: '2023-09-01' },
  ],
  Q07: [
    { unit: 'D272', ...year(2022) }, { unit: 'D003', ...year(2020) }, { unit: 'D003', ...year(2021) }, { unit: 'D399', ...year(2021) }, { unit: 'D932', ...year(2023) }, { unit: 'P93', ...year(2024) },
  ],
  Q08: [
    { campaign: 'emulation-2021-dong-da', year: 2021 }, { campaign: 'emulation-2024-hau-giang', year: 2024 }, { campaign: 'emulation-2022-phuc-tho', year: 2022 }, { campaign: 'emulation-2020-tay-ho', year: 2020 },
    { campaign: '1m-initiatives-phuc-tho', year: 2022 }, { campaign: 'thanh-hoa-aspiration', year: 2021 }, { campaign: 'green-clean-beautiful', year: 2021 }, { campaign: 'good-advice-good-service', year: 2021 },
    { campaign: 'ho-chi-minh-example', year: 2021 },
  ],
  Q09: [
    { campaign: '1m-initiatives', on: '2022-06-30' }, { campaign: '1m-initiatives-phuc-tho', on: '2022-03-01' }, { campaign: 'emulation-2022-phuc-tho', on: '2022-03-01' },
    { campaign: 'thanh-hoa-aspiration', on: '2021-05-01' }, { campaign: 'thanh-hoa-aspiration-hoang-hoa', on: '2021-05-01' }, { campaign: 'special-drive-2023-hau-giang', on: '2023-05-01' },
  ],
  Q10: [
    { unit: 'D399', campaign: 'one-union-one-model', indicators: ['unions.with-model.rate'], asOf: '2021-06-30' },
    { unit: 'D003', campaign: 'emulation-2020-tay-ho', indicators: ['unions.reached.rate', 'unions.launched.rate'], asOf: '2020-12-31' },
    { unit: 'D272', campaign: 'emulation-2022-phuc-tho', indicators: rates, asOf: '2022-06-30' },
  ],
  Q11: [
    { unit: 'D003', campaign: 'emulation-2020-tay-ho', done: 'unions.launched.rate', all: 'unions.total', asOf: '2020-12-31' },
    { unit: 'D272', campaign: '1m-initiatives', done: 'initiatives', all: 'unions.total', asOf: '2022-05-31' },
  ],
  Q12: [
    { unit: 'D003', campaign: 'emulation-2020-tay-ho', indicators: ['initiatives.registered'], asOf: '2020-12-31' },
    { unit: 'D272', campaign: 'good-labour-creative-labour', indicators: ['initiatives'], asOf: '2022-05-31' },
    { unit: 'D399', campaign: '75k-initiatives', indicators: ['initiatives.uploaded'], asOf: '2021-05-30' },
    { unit: 'P93', campaign: '1m-initiatives', indicators: ['initiatives.valid'], asOf: '2023-09-01' },
  ],
  Q13: [{ unit: 'D272', ...year(2022) }, { unit: 'P93', ...year(2023) }],
  Q14: [{ unit: 'D272' }, { unit: 'D003' }, { unit: 'P01' }],
  Q15: [{ unit: 'P93' }],
  Q16: [
    { unit: 'D003', campaign: 'emulation-2020-tay-ho', indicators: ['works.total'], asOf: '2020-12-31' },
    { unit: 'D006', campaign: 'emulation-2021-dong-da', indicators: ['works.total'], asOf: '2021-12-31' },
  ],
  Q17: [{ unit: 'D399', programme: 'one-union-one-model', counted: 'unions.with-model' }, { unit: 'D399', counted: 'unions.with-model' }],
  Q18: [{ unit: 'D003', from: '2019-09-01', to: '2020-12-31' }, { unit: 'D399', ...year(2021) }, { unit: 'P01', ...year(2021) }, { unit: 'D006', ...year(2021) }],
  Q19: [
    { unit: 'D003', campaign: 'experience-initiatives', indicator: 'initiatives.registered', asOf: '2020-07-31' },
    { unit: 'D006', campaign: 'emulation-2021-dong-da', indicator: 'initiatives', asOf: '2021-12-31' },
    { unit: 'D272', campaign: '1m-initiatives', indicator: 'initiatives', asOf: '2022-05-31' },
    { unit: 'P93', campaign: '1m-initiatives', indicator: 'initiatives.valid', asOf: '2024-01-01' },
    { unit: 'D932', campaign: '1m-initiatives', indicator: 'initiatives.valid', asOf: '2023-12-31' },
  ],
  Q20: [{ unit: 'D272', year: 2022, ...year(2022) }, { unit: 'D006', year: 2021, ...year(2021) }, { unit: 'TLD', year: 2024, ...year(2024) }],
  Q21: [
    { unit: 'D272', asOf: '2022-06-30' }, { unit: 'D003', asOf: '2020-12-31' }, { unit: 'D399', asOf: '2021-06-30' }, { unit: 'P38', asOf: '2021-06-30' },
    { unit: 'D006', asOf: '2021-02-28' }, { unit: 'TLD', asOf: '2024-01-31' }, { unit: 'D932', asOf: '2024-01-31' },
  ],
  Q22: [
    { campaign: 'emulation-2022-phuc-tho' }, { campaign: 'emulation-2021-tay-ho' }, { campaign: 'thanh-hoa-aspiration-hoang-hoa' }, { campaign: 'one-union-one-model' }, { campaign: 'emulation-2024-hau-giang' },
  ],
  Q23: [{ unit: 'D272' }, { unit: 'D003' }, { unit: 'D006' }, { unit: 'P93' }],
  Q24: [
    { campaign: '75k-initiatives', indicator: 'initiatives.uploaded', level: 'UPPER_GRASSROOTS', first: '2021-04-30', second: '2021-05-31' },
    { campaign: '1m-initiatives', indicator: 'initiatives.valid', level: 'PROVINCIAL', first: '2022-12-31', second: '2023-09-01' },
    { campaign: 'thanh-hoa-aspiration-hoang-hoa', indicator: 'unions.total', level: 'UPPER_GRASSROOTS', first: '2021-04-30', second: '2021-06-30' },
  ],
  Q25: Object.entries({ S1: 'D003', S2: 'D399', S3: 'D006', S4: 'P93' }).map(([source, unit]) => ({ unit, claim: `${source}-01`, source })),
};
