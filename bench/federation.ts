/** A federation of the size of the real one, with names as unions bear them: what a search has to tell apart. */

const PLACES = ('An Bình,An Khánh,Ba Vì,Bắc Hồng,Bình Minh,Cẩm Phả,Cao Lãnh,Châu Thành,Chương Mỹ,Củ Chi,Đan Phượng,Đông Anh,Đống Đa,Đức Hòa,Gia Lâm,Gò Vấp,Hà Đông,Hải Châu,Hòa Vang,Hoài Đức,' +
  'Hóc Môn,Hồng Bàng,Kiến An,Kim Bảng,Long Biên,Long Thành,Lục Nam,Mê Linh,Mỹ Đức,Mỹ Hào,Nghi Lộc,Nhơn Trạch,Núi Thành,Ninh Giang,Phú Xuyên,Phúc Thọ,Quế Võ,Quốc Oai,Sóc Sơn,Sơn Tây,' +
  'Tân Bình,Tây Hồ,Thạch Thất,Thanh Oai,Thanh Trì,Thanh Xuân,Thủ Đức,Thuận An,Thường Tín,Tiên Du,Tiên Lãng,Tứ Kỳ,Ứng Hòa,Văn Lâm,Vĩnh Bảo,Vĩnh Cửu,Xuân Lộc,Yên Dũng,Yên Mỹ,Yên Phong').split(',');
const PEOPLE = 'Chu Văn An,Hoàng Diệu,Kim Đồng,Lê Lợi,Lê Quý Đôn,Lý Thường Kiệt,Nguyễn Du,Nguyễn Huệ,Nguyễn Trãi,Nguyễn Văn Trỗi,Phan Bội Châu,Phan Đình Phùng,Quang Trung,Trần Hưng Đạo,Trần Phú,Trần Quốc Toản,Võ Thị Sáu,Lương Thế Vinh,Ngô Quyền,Hai Bà Trưng'.split(',');
const TRADES = 'May mặc,Dệt,Da giày,Cơ khí,Điện tử,Xây dựng,Vận tải,Thương mại,Dịch vụ,Thực phẩm,Bao bì,Nhựa,Thép,Giấy,Dược phẩm,Thủy sản,Nông sản,Gỗ,In,Du lịch,Môi trường,Cấp nước,Điện lực,Viễn thông'.split(',');
const SYLLABLES = 'An,Anh,Bảo,Bình,Châu,Cường,Đại,Đạt,Đông,Dũng,Gia,Giang,Hà,Hải,Hạnh,Hiệp,Hoà,Hóa,Hoàng,Hùng,Hưng,Khánh,Kiên,Kim,Lâm,Lan,Linh,Long,Lợi,Mai,Minh,Nam,Nghĩa,Ngọc,Phát,Phong,Phú,Phúc,Phương,Quang,Quốc,Sơn,Tài,Tâm,Tân,Thành,Thái,Thắng,Thiên,Thịnh,Thọ,Thuận,Tiến,Toàn,Trí,Trung,Tuấn,Việt,Vinh,Xuân,Yến'.split(',');

/** The same names in each run. */
function dice(seed: number): (faces: number) => number {
  let state = seed;
  return (faces) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * faces);
  };
}

export const PROVINCES = 63;
export const DISTRICTS = 700;
export const COMMUNES = 2600;

export function* federation(units = 126_000): Generator<object> {
  const roll = dice(7);
  const one = (list: readonly string[]): string => list[roll(list.length)]!;
  const unit = (code: string, name: string, level: string, kind: string, parent: string | null, aliases?: string[]) => ({ type: 'orgUnit', code, name, level, kind, parent, validFrom: '1990-01-01', ...(aliases ? { aliases } : {}) });
  yield unit('N', 'Tổng Liên đoàn Lao động Việt Nam', 'NATIONAL', 'CONFEDERATION', null, ['TLĐ', 'TLĐLĐVN']);
  for (let p = 0; p < PROVINCES; p++) {
    const name = p % 9 === 8 ? `Công đoàn ngành ${one(TRADES)} Việt Nam` : `Liên đoàn Lao động tỉnh ${one(SYLLABLES)} ${one(SYLLABLES)}`;
    yield unit(`P${p}`, name, 'PROVINCIAL', p % 9 === 8 ? 'CENTRAL_SECTORAL_UNION' : 'PROVINCIAL_FEDERATION', 'N', [name.replace('Liên đoàn Lao động', 'LĐLĐ')]);
  }
  for (let d = 0; d < DISTRICTS; d++) yield unit(`D${d}`, `LĐLĐ huyện ${d < PLACES.length ? PLACES[d]! : `${one(PLACES)} ${one(SYLLABLES)}`}`, 'UPPER_GRASSROOTS', 'DISTRICT_FEDERATION', `P${d % PROVINCES}`);
  for (let c = 0; c < COMMUNES; c++) yield unit(`C${c}`, `Công đoàn ${one(['xã', 'phường'])} ${one(PLACES)} ${one(SYLLABLES)}`, 'UPPER_GRASSROOTS', 'COMMUNE_UNION', `P${c % PROVINCES}`);
  const unions = units - 1 - PROVINCES - DISTRICTS - COMMUNES;
  const wards = DISTRICTS + COMMUNES;
  for (let g = 0; g < unions; g++) {
    const [kind, above] = [roll(100), g % wards];
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
    yield unit(`G${g}`, kind % 33 === 5 ? `Nghiệp đoàn ${one(TRADES)} ${one(PLACES)}` : `${roll(4) === 0 ? 'CĐCS' : 'Công đoàn cơ sở'} ${body}`, 'GRASSROOTS', 'GRASSROOTS_UNION',
      above < DISTRICTS ? `D${above}` : `C${above - DISTRICTS}`);
  }
  const campaign = (code: string, name: string, launchedBy: string) => ({ type: 'campaign', code, name, campaignKind: 'MOVEMENT', launchedBy, startsOn: '2024-01-01', endsOn: '2024-12-31' });
  yield campaign('initiatives', 'Chương trình “1 triệu sáng kiến – nỗ lực vượt khó, sáng tạo, quyết tâm chiến thắng đại dịch Covid-19”', 'N');
  for (let c = 0; c < 2000; c++) yield campaign(`k-${c}`, `Phong trào thi đua ${one(['Lao động giỏi', 'Lao động sáng tạo', 'Giỏi việc nước, đảm việc nhà', 'Xanh – Sạch – Đẹp'])} ${one(PLACES)} ${2000 + (c % 25)}`, c % 3 === 0 ? 'N' : `D${c % DISTRICTS}`);
}
