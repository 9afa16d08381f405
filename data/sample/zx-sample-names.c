/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Invented names.  Two lists of characters are paired by a walk through all pairs whose step is
 * coprime to their number, so that neighbours differ and none comes twice before all have come. */

#include "data/sample/zx-sample-private.h"

static const char *const first_words[]
    = { "海", "望", "文", "兴", "永", "安", "朝", "明", "青", "金", "银", "长", "和",
        "富", "嘉", "景", "锦", "瑞", "祥", "春", "秋", "学", "德", "仁", "崇", "观",
        "临", "迎", "凌", "云", "石", "松", "柏", "枫", "荷", "泉", "澄", "汇", "泰",
        "康", "新", "华", "育", "振", "启", "东", "西", "南", "北" };
static const char *const second_words[]
    = { "昌", "阳", "滨", "港", "涛", "澜", "帆", "岛", "盛", "泰", "宁", "康", "和", "义", "礼",
        "信", "源", "泽", "林", "山", "川", "湖", "溪", "泉", "桥", "门", "亭", "苑", "园", "圃",
        "屏", "峰", "岭", "霞", "晖", "光", "华", "业", "创", "达", "通", "顺", "贤" };
static const char *const families[]
    = { "王", "李", "张", "刘", "陈", "杨", "赵", "孙", "周", "吴", "徐", "马", "朱", "胡",
        "郭", "何", "高", "林", "郑", "丁", "宋", "韩", "冯", "于", "董", "萧", "程", "曹",
        "袁", "邓", "许", "傅", "沈", "曾", "彭", "吕", "苏", "卢", "蒋", "蔡", "贾", "魏",
        "薛", "叶", "阎", "余", "潘", "杜", "戴", "夏", "钟", "汪", "田", "任", "姜", "范",
        "方", "石", "姚", "谭", "廖", "邹", "熊", "金", "陆", "郝", "孔", "白", "崔", "康" };
static const char *const village_ends[]
    = { "家庄", "家村", "家官庄", "家沟", "家岭", "家疃", "家埠", "家河", "家屯", "家店", "家洼" };
static const char *const village_heads[]
    = { "", "", "", "大", "小", "东", "西", "前", "后", "上", "下" };

#define N_PAIRS (G_N_ELEMENTS (first_words) * G_N_ELEMENTS (second_words))

/* 787 is prime and divides none of the products of lists here. */
static guint
walk (guint64 seed, guint number, guint n)
{
  return (guint) ((seed * 389 + (guint64) number * 787) % n);
}

static void
append_pair (GString *name, guint64 seed, guint number)
{
  guint pair = walk (seed, number, N_PAIRS);
  const char *a = first_words[pair % G_N_ELEMENTS (first_words)];
  const char *b = second_words[pair / G_N_ELEMENTS (first_words)];
  g_string_append (name, a);
  g_string_append (name, strcmp (a, b) == 0 ? "平" : b);
}

char *
zx_sample_street_name (guint64 seed, guint number, ZxRoadClass road_class, gboolean is_east_west)
{
  GString *name = g_string_new (NULL);
  append_pair (name, seed, number);
  if (road_class <= ZX_ROAD_TRUNK)
    g_string_append (name, "大道");
  else if (road_class >= ZX_ROAD_RESIDENTIAL && number % 3 == 0)
    g_string_append (name, is_east_west ? "巷" : "里");
  else
    g_string_append (name, is_east_west && number % 2 == 0 ? "街" : "路");
  return g_string_free (name, FALSE);
}

char *
zx_sample_village_name (guint64 seed, guint number)
{
  const guint n_families = G_N_ELEMENTS (families), n_ends = G_N_ELEMENTS (village_ends);
  const guint n_heads = G_N_ELEMENTS (village_heads);
  guint which = walk (seed, number, n_families * n_ends * n_heads);
  return g_strconcat (village_heads[which / (n_families * n_ends)], families[which % n_families],
                      village_ends[which / n_families % n_ends], NULL);
}

char *
zx_sample_town_name (guint64 seed, guint number)
{
  GString *name = g_string_new (NULL);
  append_pair (name, seed + 7, number);
  return g_string_free (name, FALSE);
}
