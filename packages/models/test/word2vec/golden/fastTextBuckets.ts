// Made by fastTextBuckets.py: not to be edited.
export const fastTextBuckets: readonly {
  word: string;
  minimumLength: number;
  maximumLength: number;
  buckets: number;
  rows: number[];
}[] = [
  {
    word: "where",
    minimumLength: 3,
    maximumLength: 6,
    buckets: 2000000,
    rows: [
      167652, 989715, 1526707, 1071586, 420941, 312621, 969176, 121234, 1473420, 1540811, 114991, 1529033,
      1568469, 867498,
    ],
  },
  {
    word: "where",
    minimumLength: 1,
    maximumLength: 2,
    buckets: 1000,
    rows: [84, 886, 706, 791, 254, 744, 446, 981, 64, 744, 490],
  },
  { word: "a", minimumLength: 3, maximumLength: 6, buckets: 2000000, rows: [1087600] },
  { word: "a", minimumLength: 1, maximumLength: 2, buckets: 1000, rows: [750, 220, 806] },
  {
    word: "the",
    minimumLength: 3,
    maximumLength: 6,
    buckets: 2000000,
    rows: [1151151, 409726, 1648960, 861980, 60934, 816280],
  },
  {
    word: "the",
    minimumLength: 1,
    maximumLength: 2,
    buckets: 1000,
    rows: [941, 267, 89, 791, 254, 744, 490],
  },
  {
    word: "über",
    minimumLength: 3,
    maximumLength: 6,
    buckets: 2000000,
    rows: [1793082, 1664269, 716781, 820905, 255527, 904527, 1599331, 485366, 900056, 742840],
  },
  {
    word: "über",
    minimumLength: 1,
    maximumLength: 2,
    buckets: 1000,
    rows: [388, 730, 928, 77, 232, 744, 446, 981, 353],
  },
  {
    word: "日本語",
    minimumLength: 3,
    maximumLength: 6,
    buckets: 2000000,
    rows: [758587, 4581, 524609, 35559, 928923, 1674355],
  },
  {
    word: "日本語",
    minimumLength: 1,
    maximumLength: 2,
    buckets: 1000,
    rows: [687, 749, 409, 417, 575, 283, 255],
  },
  { word: "😀x", minimumLength: 3, maximumLength: 6, buckets: 2000000, rows: [1082798, 653744, 1799594] },
  { word: "😀x", minimumLength: 1, maximumLength: 2, buckets: 1000, rows: [818, 496, 120, 695, 91] },
  { word: "é", minimumLength: 3, maximumLength: 6, buckets: 2000000, rows: [806231] },
  { word: "é", minimumLength: 1, maximumLength: 2, buckets: 1000, rows: [627, 777, 781] },
  {
    word: "naïve",
    minimumLength: 3,
    maximumLength: 6,
    buckets: 2000000,
    rows: [
      1806890, 1907692, 878190, 933201, 1590546, 1719404, 832043, 156687, 356832, 1223007, 1505331, 1711570,
      1788548, 1088654,
    ],
  },
  {
    word: "naïve",
    minimumLength: 1,
    maximumLength: 2,
    buckets: 1000,
    rows: [655, 553, 112, 220, 750, 15, 403, 505, 612, 744, 490],
  },
  {
    word: "Ωmega",
    minimumLength: 3,
    maximumLength: 6,
    buckets: 2000000,
    rows: [
      713869, 512184, 664461, 613124, 1046606, 676491, 894302, 1279392, 582720, 1381107, 754103, 924012,
      291094, 373633,
    ],
  },
  {
    word: "Ωmega",
    minimumLength: 1,
    maximumLength: 2,
    buckets: 1000,
    rows: [842, 512, 391, 696, 39, 744, 637, 982, 709, 220, 806],
  },
  {
    word: "the_new_york_times",
    minimumLength: 3,
    maximumLength: 6,
    buckets: 2000000,
    rows: [
      1151151, 409726, 1542771, 138663, 861980, 1722361, 1301301, 1273968, 1278027, 1611071, 1177262, 876315,
      1430009, 603668, 1376985, 212594, 957823, 55960, 135493, 861300, 1154065, 1828682, 949193, 1232850,
      1475294, 1321957, 1076542, 1977636, 471990, 190107, 1725771, 1916000, 1310510, 732628, 1840429, 1821302,
      1511689, 501702, 208091, 1412221, 539197, 1145030, 757686, 625165, 1259359, 1843633, 70152, 1696127,
      1362049, 631736, 148303, 1135006, 1533701, 1685688, 1356519, 1878524, 1943145, 253156, 1157941, 473809,
      1296042, 429339, 1203391, 135100, 1415846, 445173,
    ],
  },
  {
    word: "the_new_york_times",
    minimumLength: 1,
    maximumLength: 2,
    buckets: 1000,
    rows: [
      941, 267, 89, 791, 254, 744, 301, 30, 232, 553, 588, 744, 541, 886, 515, 30, 469, 76, 729, 934, 588,
      981, 730, 410, 967, 30, 326, 267, 470, 172, 827, 696, 39, 744, 65, 362, 20,
    ],
  },
  {
    word: "don't",
    minimumLength: 3,
    maximumLength: 6,
    buckets: 2000000,
    rows: [
      494342, 1745720, 428749, 136251, 1067150, 1136779, 1164909, 1385641, 447573, 1466227, 307127, 1441378,
      1168596, 1430296,
    ],
  },
  {
    word: "don't",
    minimumLength: 1,
    maximumLength: 2,
    buckets: 1000,
    rows: [845, 363, 492, 934, 64, 553, 210, 302, 110, 267, 615],
  },
  { word: "ﬁn", minimumLength: 3, maximumLength: 6, buckets: 2000000, rows: [833911, 581739, 677581] },
  { word: "ﬁn", minimumLength: 1, maximumLength: 2, buckets: 1000, rows: [547, 821, 977, 553, 877] },
];
