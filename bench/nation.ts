/**
 * A nation of the size of the real one, as records of the exchange format: the same in each run, with codes that can be
 * worked out, and names as unions bear them: what a search has to tell apart.
 */

const PLACES = ('An Bình,An Khánh,Ba Vì,Bắc Hồng,Bình Minh,Cẩm Phả,Cao Lãnh,Châu Thành,Chương Mỹ,Củ Chi,Đan Phượng,Đông Anh,Đống Đa,Đức Hòa,Gia Lâm,Gò Vấp,Hà Đông,Hải Châu,Hòa Vang,Hoài Đức,' +
  'Hóc Môn,Hồng Bàng,Kiến An,Kim Bảng,Long Biên,Long Thành,Lục Nam,Mê Linh,Mỹ Đức,Mỹ Hào,Nghi Lộc,Nhơn Trạch,Núi Thành,Ninh Giang,Phú Xuyên,Phúc Thọ,Quế Võ,Quốc Oai,Sóc Sơn,Sơn Tây,' +
  'Tân Bình,Tây Hồ,Thạch Thất,Thanh Oai,Thanh Trì,Thanh Xuân,Thủ Đức,Thuận An,Thường Tín,Tiên Du,Tiên Lãng,Tứ Kỳ,Ứng Hòa,Văn Lâm,Vĩnh Bảo,Vĩnh Cửu,Xuân Lộc,Yên Dũng,Yên Mỹ,Yên Phong').split(',');
const PEOPLE = 'Chu Văn An,Hoàng Diệu,Kim Đồng,Lê Lợi,Lê Quý Đôn,Lý Thường Kiệt,Nguyễn Du,Nguyễn Huệ,Nguyễn Trãi,Nguyễn Văn Trỗi,Phan Bội Châu,Phan Đình Phùng,Quang Trung,Trần Hưng Đạo,Trần Phú,Trần Quốc Toản,Võ Thị Sáu,Lương Thế Vinh,Ngô Quyền,Hai Bà Trưng'.split(',');
const TRADES = 'May mặc,Dệt,Da giày,Cơ khí,Điện tử,Xây dựng,Vận tải,Thương mại,Dịch vụ,Thực phẩm,Bao bì,Nhựa,Thép,Giấy,Dược phẩm,Thủy sản,Nông sản,Gỗ,In,Du lịch,Môi trường,Cấp nước,Điện lực,Viễn thông'.split(',');
const SYLLABLES = 'An,Anh,Bảo,Bình,Châu,Cường,Đại,Đạt,Đông,Dũng,Gia,Giang,Hà,Hải,Hạnh,Hiệp,Hoà,Hóa,Hoàng,Hùng,Hưng,Khánh,Kiên,Kim,Lâm,Lan,Linh,Long,Lợi,Mai,Minh,Nam,Nghĩa,Ngọc,Phát,Phong,Phú,Phúc,Phương,Quang,Quốc,Sơn,Tài,Tâm,Tân,Thành,Thái,Thắng,Thiên,Thịnh,Thọ,Thuận,Tiến,Toàn,Trí,Trung,Tuấn,Việt,Vinh,Xuân,Yến'.split(',');

export type Size = 'full' | 'small';

/** Of a size: provincial federations, central unions, districts of P1 and other upper-level units, unions of a district of P1, all unions. */
const SIZES: Readonly<Record<Size, { federations: number; centrals: number; others: number; each: number; unions: number }>> = {
  full: { federations: 63, centrals: 20, others: 1270, each: 90, unions: 125_000 },
  small: { federations: 3, centrals: 2, others: 20, each: 50, unions: 2000 },
};
const DISTRICTS_OF_P1 = 30;

export const CAMPAIGN = 'K';
export const INDICATORS = Array.from({ length: 10 }, (_, i) => `I${i + 1}`);
/** 2022-01-31 to 2024-12-31. */
export const MONTH_ENDS = Array.from({ length: 36 }, (_, month) => new Date(Date.UTC(2022, month + 1, 0)).toISOString().slice(0, 10));
const LAST = MONTH_ENDS.length - 1;

export interface Nation {
  readonly size: Size;
  /** P1…, then S1…. */
  readonly provincials: readonly string[];
  /** P1D1 to P1D30 first. */
  readonly uppers: readonly { readonly code: string; readonly parent: string; readonly unions: number }[];
  /** How many grassroots unions there are: code of the upper unit, G, number from 1. */
  readonly unions: number;
  units(): Generator<object>;
  /** The campaign with its indicators, and 2,000 others by name. */
  campaigns(): Generator<object>;
  targets(): Generator<object>;
  /** So many results, month by month as reports come in. */
  results(figures: number): Generator<object>;
}

export function nationOf(size: Size): Nation {
  const { federations, centrals, others, each, unions } = SIZES[size];
  const provincials = [...Array.from({ length: federations }, (_, i) => `P${i + 1}`), ...Array.from({ length: centrals }, (_, i) => `S${i + 1}`)];
  const uppers = [
    ...Array.from({ length: DISTRICTS_OF_P1 }, (_, i) => ({ code: `P1D${i + 1}`, parent: 'P1', unions: each })),
    ...Array.from({ length: others }, (_, i) => {
      const parent = provincials[1 + (i % (provincials.length - 1))]!;
      return { code: `${parent}D${1 + Math.floor(i / (provincials.length - 1))}`, parent, unions: share(unions - DISTRICTS_OF_P1 * each, others, i) };
    }),
  ];
  return {
    size, provincials, uppers, unions,
    units: () => unitsOf(provincials, uppers),
    campaigns: () => campaignsOf(uppers.map(({ code }) => code)),
    targets: () => targetsOf(provincials, uppers),
    results: (figures) => resultsOf(uppers, unions, figures),
  };
}

/** All but the results. */
export function* structureOf(nation: Nation): Generator<object> {
  yield* nation.units();
  yield* nation.campaigns();
  yield* nation.targets();
}

export function* everythingOf(nation: Nation, figures: number): Generator<object> {
  yield* structureOf(nation);
  yield* nation.results(figures);
}

/** The i-th of so many shares of a whole, which differ by one at most. */
const share = (whole: number, shares: number, i: number): number => Math.floor(((i + 1) * whole) / shares) - Math.floor((i * whole) / shares);

/** The same rolls in each run. */
function dice(seed: number): (faces: number) => number {
  let state = seed;
  return (faces) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * faces);
  };
}

/** A number of its own for each pair, evenly spread over 32 bits. */
function mixed(a: number, b: number): number {
  let x = Math.imul(a + 1, 0x9e3779b1) ^ Math.imul(b + 1, 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 15), 0x2c1b3c6d);
  x = Math.imul(x ^ (x >>> 12), 0x297a2d39);
  return (x ^ (x >>> 15)) >>> 0;
}

const SECTORS = ['BUSINESS', 'ADMIN_PUBLIC_SERVICE', 'EDUCATION', 'OTHER'] as const;
type Sector = (typeof SECTORS)[number];
const UPPER_KINDS = ['DISTRICT_FEDERATION', 'COMMUNE_UNION', 'COMMUNE_UNION', 'ZONE_UNION', 'COMMUNE_UNION', 'LOCAL_SECTORAL_UNION'] as const;

function* unitsOf(provincials: Nation['provincials'], uppers: Nation['uppers']): Generator<object> {
  const roll = dice(7);
  const one = (list: readonly string[]): string => list[roll(list.length)]!;
  const unit = (code: string, name: string, level: string, kind: string, parent: string | null, more: object = {}) => ({ type: 'orgUnit', code, name, level, kind, parent, validFrom: '1990-01-01', ...more });
  yield unit('N', 'Tổng Liên đoàn Lao động Việt Nam', 'NATIONAL', 'CONFEDERATION', null, { aliases: ['TLĐ', 'TLĐLĐVN'] });
  for (const code of provincials) {
    const name = code.startsWith('S') ? `Công đoàn ngành ${one(TRADES)} Việt Nam` : `Liên đoàn Lao động tỉnh ${one(SYLLABLES)} ${one(SYLLABLES)}`;
    yield unit(code, name, 'PROVINCIAL', code.startsWith('S') ? 'CENTRAL_SECTORAL_UNION' : 'PROVINCIAL_FEDERATION', 'N', { aliases: [name.replace('Liên đoàn Lao động', 'LĐLĐ')] });
  }
  let districts = 0;
  for (const [d, { code, parent }] of uppers.entries()) {
    const kind = parent === 'P1' ? 'DISTRICT_FEDERATION' : parent.startsWith('S') ? 'LOCAL_SECTORAL_UNION' : UPPER_KINDS[mixed(d, 1) % UPPER_KINDS.length]!;
    const name =
      kind === 'DISTRICT_FEDERATION' ? `LĐLĐ huyện ${PLACES[districts++] ?? `${one(PLACES)} ${one(SYLLABLES)}`}`
      : kind === 'COMMUNE_UNION' ? `Công đoàn ${one(['xã', 'phường'])} ${one(PLACES)} ${one(SYLLABLES)}`
      : kind === 'ZONE_UNION' ? `Công đoàn các Khu công nghiệp ${one(PLACES)}`
      : `Công đoàn ngành ${one(TRADES)} ${one(PLACES)}`;
    yield unit(code, name, 'UPPER_GRASSROOTS', kind, parent);
  }
  for (const { code, unions } of uppers) {
    for (let g = 1; g <= unions; g++) {
      const { name, sector } = unionOf(roll, one);
      const ownership = sector === 'BUSINESS' ? ['STATE', 'NON_STATE', 'NON_STATE', 'FDI'][roll(4)] : 'STATE';
      // Of a few, nobody wrote down the sector.
      yield unit(`${code}G${g}`, name, 'GRASSROOTS', name.startsWith('Nghiệp đoàn') ? 'GRASSROOTS_SYNDICATE' : 'GRASSROOTS_UNION', code, { ...(roll(40) > 0 && { sector }), ownership });
    }
  }
}

function unionOf(roll: (faces: number) => number, one: (list: readonly string[]) => string): { name: string; sector: Sector } {
  const kind = roll(100);
  if (kind % 33 === 5) return { name: `Nghiệp đoàn ${one(TRADES)} ${one(PLACES)}`, sector: 'OTHER' };
  const body =
    kind < 12 ? `Trường Mầm non ${one([...PEOPLE, ...PLACES])}`
    : kind < 24 ? `Trường Tiểu học ${one([...PEOPLE, ...PLACES])}${roll(3) === 0 ? ` ${one(['A', 'B', '1', '2'])}` : ''}`
    : kind < 33 ? `Trường ${one(['THCS', 'Trung học cơ sở', 'THPT'])} ${one([...PEOPLE, ...PLACES])}`
    : kind < 42 ? `UBND ${one(['xã', 'phường', 'thị trấn'])} ${one(PLACES)}`
    : kind < 45 ? `Trạm Y tế ${one(PLACES)}`
    : kind < 47 ? `Bệnh viện ${one(['Đa khoa', 'Nhi', 'Mắt'])} ${one(PLACES)}`
    : kind < 75 ? `Công ty ${one(['TNHH', 'TNHH MTV', 'Trách nhiệm hữu hạn'])} ${one(TRADES)} ${one(SYLLABLES)} ${one(SYLLABLES)} ${one(SYLLABLES)}`
    : kind < 93 ? `Công ty ${one(['Cổ phần', 'CP'])} ${one(TRADES)} – ${one(TRADES)} ${one(SYLLABLES)} ${one(SYLLABLES)}`
    : kind < 97 ? `Xí nghiệp ${one(TRADES)} số ${roll(90) + 1}`
    : `Ngân hàng “${one(SYLLABLES)} ${one(SYLLABLES)}” chi nhánh ${one(PLACES)}`;
  return { name: `${roll(4) === 0 ? 'CĐCS' : 'Công đoàn cơ sở'} ${body}`, sector: kind < 33 ? 'EDUCATION' : kind < 47 ? 'ADMIN_PUBLIC_SERVICE' : 'BUSINESS' };
}

function* campaignsOf(uppers: readonly string[]): Generator<object> {
  const roll = dice(11);
  const one = (list: readonly string[]): string => list[roll(list.length)]!;
  for (const code of INDICATORS) yield { type: 'indicator', code, name: `Chỉ tiêu số ${code.slice(1)}`, unitOfMeasure: 'sáng kiến', aggregation: 'SUM' };
  yield { type: 'campaign', code: CAMPAIGN, name: 'Chương trình “1 triệu sáng kiến – nỗ lực vượt khó, sáng tạo, quyết tâm chiến thắng đại dịch Covid-19”', campaignKind: 'PROGRAMME', launchedBy: 'N', startsOn: '2022-01-01', endsOn: '2024-12-31', indicators: INDICATORS };
  for (let c = 0; c < 2000; c++) {
    const name = `Phong trào thi đua ${one(['Lao động giỏi', 'Lao động sáng tạo', 'Giỏi việc nước, đảm việc nhà', 'Xanh – Sạch – Đẹp'])} ${one(PLACES)} ${2000 + (c % 25)}`;
    yield { type: 'campaign', code: `k-${c}`, name, campaignKind: 'MOVEMENT', launchedBy: c % 3 === 0 ? 'N' : uppers[c % uppers.length]!, startsOn: '2024-01-01', endsOn: '2024-12-31' };
  }
}

/** Of a union at a month's end, a running total: what it adds each month is its own. */
const pace = (union: number, indicator: number): number => 1 + (mixed(union, indicator) % 40);
const value = (union: number, indicator: number, month: number): number => pace(union, indicator) * (month + 1) + (mixed(indicator, union) % 4) / 4;

/** What is aimed at by the end: about what the units beneath would come to if all reported. */
function* targetsOf(provincials: Nation['provincials'], uppers: Nation['uppers']): Generator<object> {
  const target = (unit: string, i: number, value: number, counterpart?: string) => ({
    type: 'target', unit, campaign: CAMPAIGN, indicator: INDICATORS[i], ...(counterpart === undefined ? { basis: 'SELF_SET' } : { basis: 'ASSIGNED', counterpart }), decidedOn: '2022-01-15', value,
  });
  const beneath = new Map<string, number>();
  for (const { parent, unions } of uppers) for (const unit of [parent, 'N']) beneath.set(unit, (beneath.get(unit) ?? 0) + unions);
  // From 0.7 to 1.3 of what 20 a month give.
  const aim = (unions: number, seed: number, i: number): number => Math.round(unions * 20 * MONTH_ENDS.length * (0.7 + (mixed(seed, i) % 601) / 1000));
  for (const i of INDICATORS.keys()) {
    // Nobody stands above the root who could assign it anything.
    yield target('N', i, aim(beneath.get('N')!, 1, i));
    for (const [p, code] of provincials.entries()) yield target(code, i, aim(beneath.get(code)!, 1000 + p, i), 'N');
    for (const [d, { code, parent, unions }] of uppers.entries()) yield target(code, i, aim(unions, 2000 + d, i), parent);
  }
  let union = 0;
  for (const { code, parent, unions } of uppers.slice(0, DISTRICTS_OF_P1)) {
    if (parent !== 'P1') throw new Error('the districts of P1 come first');
    for (let g = 1; g <= unions; g++, union++) {
      for (let i = 0; i < 5; i++) yield target(`${code}G${g}`, i, Math.max(1, Math.round(pace(union, i) * MONTH_ENDS.length * (0.7 + (mixed(union, 100 + i) % 601) / 1000))), code);
    }
  }
}

/**
 * All unions of P1 report all indicators in the last month, each union something; the rest fills indicators and months
 * evenly. A union reports the k first of its slots in an order that jumps about among them.
 */
function* resultsOf(uppers: Nation['uppers'], unions: number, figures: number): Generator<object> {
  const inP1 = uppers.slice(0, DISTRICTS_OF_P1).reduce((sum, { unions: count }) => sum + count, 0);
  const width = INDICATORS.length;
  const further = figures - inP1 * width - (unions - inP1);
  if (further < 0 || further > unions * LAST * width) throw new RangeError(`of ${unions} unions there are ${inP1 * width + unions - inP1} to ${inP1 * width + unions - inP1 + unions * LAST * width} figures`);
  for (const [month, asOf] of MONTH_ENDS.entries()) {
    let union = 0;
    for (const { code, unions: count } of uppers) {
      for (let g = 1; g <= count; g++, union++) {
        const [slots, reported] = union < inP1 ? [LAST * width, share(further, unions, union)] : [MONTH_ENDS.length * width, 1 + share(further, unions, union)];
        const offset = mixed(union, 77) % slots;
        for (let i = 0; i < width; i++) {
          const slot = month * width + i;
          // Beyond them is the last month of P1. 97 has no divisor in common with 360 or 350: times it, each slot has a place of its own.
          if (slot < slots && ((slot + offset) * 97) % slots >= reported) continue;
          yield { type: 'result', unit: `${code}G${g}`, campaign: CAMPAIGN, indicator: INDICATORS[i], coverage: 'OWN', asOf, value: value(union, i, month) };
        }
      }
    }
  }
}
