/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Header spellings, as seen in: T/CEC 102 and its provincial extensions (with the standard's own
 * misspellings, DOMAIN.md §1.10), OCPI 2.2.1, Open Charge Map, CHARGED, ST-EVCDP, UrbanEV,
 * ACN-Data, the cities of Dundee and Boulder, OpenStreetMap, Chinese taxi records and exports of
 * operators' and grid companies' platforms.
 *
 * Spellings are normalised (zx_vocabulary_normalise()).  A unit at the end of a header may be left
 * off: 额定功率kw is found as 额定功率. */

#include "data/quality/zx-vocabulary.h"

typedef struct
{
  ZxRole role; /* NONE: any role that has the column */
  const char *column;
  const char *spellings; /* separated by spaces, best first */
} Entry;

static const Entry entries[] = {
  /* ---- places ---- */
  { ZX_ROLE_NONE, "lon",
    "lon lng long longitude stationlng stationlon stationlongitude equipmentlng equipmentlon "
    "londeg lngdeg wgs84lon wgs84lng lonwgs84 lngwgs84 wgslon wgslng gcjlng gcjlon lnggcj02 "
    "longcj02 bdlng bdlon lngbd09 coordinateslongitude addressinfolongitude geolongitude "
    "longitudeddeg "
    "经度 经度坐标 站点经度 电站经度 充电站经度 桩经度 经度wgs84 经度gcj02 东经 jd xcoord coordx "
    "xcoordinate "
    "pointx x坐标 横坐标 easting xm x" },
  { ZX_ROLE_NONE, "lat",
    "lat la latitude stationlat stationlatitude equipmentlat latdeg wgs84lat latwgs84 wgslat "
    "gcjlat latgcj02 bdlat latbd09 coordinateslatitude addressinfolatitude geolatitude 纬度 "
    "纬度坐标 "
    "站点纬度 电站纬度 充电站纬度 桩纬度 纬度wgs84 纬度gcj02 北纬 wd ycoord coordy ycoordinate "
    "pointy y坐标 "
    "纵坐标 northing ym y" },
  { ZX_ROLE_USAGE_SESSIONS, "name",
    "stationname site sitename station 站点名称 充电站名称 电站名称 场站名称 充电站 站名 location "
    "name 名称" },
  { ZX_ROLE_NONE, "name",
    "name namezh stationname equipmentname addressinfotitle title sitename qh adm2zh pyname "
    "areaname "
    "districtname roadname streetname transformername feedername 名称 站点名称 充电站名称 电站名称 "
    "场站名称 "
    "站名 充电桩名称 桩名称 设备名称 台区名称 配变名称 变压器名称 线路名称 馈线名称 地块名称 "
    "宗地名称 行政区名称 "
    "区县名称 区县 区域名称 道路名称 路名 poi名称" },
  { ZX_ROLE_NONE, "operator",
    "operatorname operator operatornamezh operatorinfotitle cponame cpo operatorid partyid network "
    "运营商 运营商名称 运营企业 运营单位 运营公司 充电运营商 所属运营商 所属企业 企业名称" },

  /* ---- stations and piles ---- */
  { ZX_ROLE_STATIONS, "id",
    "stationid stationuniquenumber locationid siteid num 站点编号 站点id 充电站编号 充电站id "
    "电站编号 电站id 场站编号 "
    "场站id 站编号 站点编码 充电站编码 电站编码 站号 uuid id 编号 编码" },
  { ZX_ROLE_PILES, "id",
    "pileid equipmentid evseid evseuid uid chargerid chargepointid cpid connectorid 充电桩编号 "
    "充电桩id "
    "桩编号 桩id 设备编号 设备编码 充电桩编码 桩编码 枪编号 终端编号 id 编号" },
  { ZX_ROLE_NONE, "station_id",
    "stationid stationuniquenumber locationid siteid cpid chargepointid chargerid pileid "
    "equipmentid "
    "connectorid evseid stationno spaceid 站点编号 站点id 充电站编号 充电站id 电站编号 电站id "
    "场站编号 所属站点 "
    "所属电站 所属站点编号 所属充电站 站编号 站点编码 充电站编码 充电桩编号 桩编号 设备编号 "
    "station" },
  { ZX_ROLE_NONE, "n_dc",
    "ndc dcconnectors fast fastcount fastnum dccount dcnum ndcconnectors dcguns 直流枪数 "
    "直流枪数量 "
    "直流桩数 直流桩数量 直流接口数 快充枪数 快充桩数 快充数量 快充数 直流数量 直流终端数" },
  { ZX_ROLE_NONE, "n_ac",
    "nac acconnectors slow slowcount slownum account acnum nacconnectors acguns 交流枪数 "
    "交流枪数量 "
    "交流桩数 交流桩数量 交流接口数 慢充枪数 慢充桩数 慢充数量 慢充数 交流数量 交流终端数" },
  { ZX_ROLE_STATIONS, "connectors",
    "connectors nconnectors connectorcount pilenum chargecount numberofpoints count quantity piles "
    "npiles gunnum guncount equipmentnum connectornum 充电枪数 枪数 枪数量 充电枪数量 桩数 桩数量 "
    "充电桩数 "
    "充电桩数量 终端数 终端数量 接口数 总桩数 总枪数" },
  { ZX_ROLE_PILES, "connectors",
    "connectors nconnectors connectorcount quantity gunnum guncount connectornum 充电枪数 枪数 "
    "枪数量 "
    "接口数" },
  { ZX_ROLE_STATIONS, "kw",
    "ratedpower totalkw totalpower stationkw ratedkw kw powertotal 额定功率 总功率 额定总功率 "
    "站点额定总功率 "
    "装机功率 充电总功率 总装机功率 装机容量 站点功率 功率" },
  { ZX_ROLE_PILES, "kw",
    "power ratedpower powerkw kw ratedkw equipmentpower maxelectricpower avgpower 额定功率 功率 "
    "桩功率 "
    "充电功率 最大功率 单枪功率" },
  { ZX_ROLE_STATIONS, "kw_each",
    "avgpower powerkw kweach connectorkw power maxelectricpower 单枪功率 单桩功率 平均功率" },
  { ZX_ROLE_USAGE_SESSIONS, "kw", "ratedkw ratedpower power kw model porttype 额定功率 功率 型号" },
  { ZX_ROLE_NONE, "price",
    "price totalprice eprice pricekwh electricityfee energyprice tariff 电价 充电电价 单价 价格 "
    "充电价格 "
    "充电单价 综合电价 电费单价 总电价 电费" },
  { ZX_ROLE_NONE, "service_price",
    "serviceprice seviceprice sprice servicefee sevicefee 服务费 充电服务费 服务费单价" },
  { ZX_ROLE_NONE, "kwh_total",
    "kwhtotal totalvolume totalkwh totalenergy energytotal volume 充电量 总充电量 累计充电量 "
    "充电电量 "
    "年充电量 总电量 累计电量 售电量" },
  { ZX_ROLE_NONE, "hours_total",
    "hourstotal totalduration totalhours duration 充电时长 总充电时长 累计充电时长 总时长 "
    "累计时长" },
  { ZX_ROLE_NONE, "period_days", "perioddays observeddays days 统计天数 天数 周期天数" },
  { ZX_ROLE_NONE, "state",
    "stationstatus equipmentstatus statustypeid statustypetitle status state operationalstatus "
    "运营状态 站点状态 充电站状态 电站状态 设备状态 桩状态 状态" },
  { ZX_ROLE_PILES, "current",
    "equipmenttype powertype currenttypeid currenttype current piletype chargertype connectortype "
    "充电桩类型 桩类型 设备类型 充电类型 交直流 电流类型" },

  /* ---- usage ---- */
  { ZX_ROLE_NONE, "time",
    "time timestamp datetime datatime gpstime postime recordtime collecttime createtime sampletime "
    "starttime localtime utctime date hour dt ts 时间 日期时间 采集时间 定位时间 上报时间 数据时间 "
    "统计时间 时刻 "
    "时间戳 日期 小时 stime" },
  { ZX_ROLE_NONE, "kwh",
    "kwh totalkwh energykwh kwhdelivered energy stationelectricity totalpower chargeenergy "
    "chargeelectricity consumption volume 充电量 充电电量 电量 用电量 总电量 充电度数" },
  { ZX_ROLE_USAGE_LONG, "hours", "hours duration chargehours 充电时长 时长" },
  { ZX_ROLE_USAGE_SESSIONS, "start_date", "startdate 开始日期 启动日期" },
  { ZX_ROLE_USAGE_SESSIONS, "start_time",
    "starttime startdatetime start starttimestamp sessionstart connectiontime plugintime begintime "
    "transactionstart created 开始时间 充电开始时间 启动时间 开始充电时间 stime" },
  { ZX_ROLE_USAGE_SESSIONS, "end_date", "enddate 结束日期" },
  { ZX_ROLE_USAGE_SESSIONS, "end_time",
    "endtime enddatetime end endtimestamp sessionend disconnecttime plugouttime stoptime "
    "transactionstop ended 结束时间 充电结束时间 停止时间 结束充电时间 etime" },
  { ZX_ROLE_USAGE_SESSIONS, "id",
    "chargingevent startchargeseq sessionid transactionid orderid orderno objectid 订单号 订单编号 "
    "充电流水号 流水号 id" },
  { ZX_ROLE_USAGE_SESSIONS, "user",
    "userid userno customerid driverid memberid cardid cardno idtag authid 用户编号 用户id 用户 "
    "会员编号 会员id 卡号 充电卡号" },
  { ZX_ROLE_USAGE_SESSIONS, "connector",
    "connector connectorno portnumber port gunno 枪号 接口号 枪编号" },
  { ZX_ROLE_USAGE_SESSIONS, "duration",
    "chargeduration chargingtime chargingtimehhmmss charginghours chargetime totalduration "
    "totaldurationhhmmss parkduration duration 充电时长 充电用时 时长" },
  { ZX_ROLE_USAGE_SESSIONS, "idle", "idleduration idletime 空闲时长 占位时长" },
  { ZX_ROLE_USAGE_SESSIONS, "cost",
    "cost totalmoney fee amount totalcost revenue 费用 金额 总金额 充电费用 总费用 订单金额" },
  { ZX_ROLE_USAGE_SESSIONS, "zone", "starttimezone timezone zone 时区" },

  /* ---- vehicles ---- */
  { ZX_ROLE_NONE, "vehicle_id",
    "vehicleid vehiclenum trackid vehicle carid taxiid taxi cabid carno plateno plate vin deviceid "
    "driverid trajid trajectoryid mmsi userid 车辆编号 车辆id 车牌号 车牌 车号 车辆 车辆标识 "
    "车辆识别号 终端号 轨迹编号 轨迹id" },
  { ZX_ROLE_NONE, "date", "date day 日期" },
  { ZX_ROLE_NONE, "speed", "speed speedkmh kmh velocity gpsspeed 速度 车速 行驶速度" },
  { ZX_ROLE_VEHICLE_TRIPS, "start_lon",
    "startlon startlng startlongitude slon slng originlon originlng olon olng pickuplon pickuplng "
    "pickuplongitude onlon onlng fromlon fromlng 起点经度 上车经度 出发经度 lng lon longitude" },
  { ZX_ROLE_VEHICLE_TRIPS, "start_lat",
    "startlat startlatitude slat originlat olat pickuplat pickuplatitude onlat fromlat 起点纬度 "
    "上车纬度 "
    "出发纬度 lat latitude" },
  { ZX_ROLE_VEHICLE_TRIPS, "end_lon",
    "endlon endlng endlongitude elon elng destinationlon destinationlng destlon destlng dlon dlng "
    "dropofflon dropofflng dropofflongitude offlon offlng tolon tolng 终点经度 下车经度 到达经度" },
  { ZX_ROLE_VEHICLE_TRIPS, "end_lat",
    "endlat endlatitude elat destinationlat destlat dlat dropofflat dropofflatitude offlat tolat "
    "终点纬度 下车纬度 到达纬度" },
  { ZX_ROLE_VEHICLE_TRIPS, "start_time",
    "starttime stime pickuptime pickupdatetime departuretime ontime otime begintime start 起始时间 "
    "出发时间 上车时间 "
    "开始时间" },
  { ZX_ROLE_VEHICLE_TRIPS, "end_time",
    "endtime etime dropofftime dropoffdatetime arrivaltime offtime dtime end 到达时间 下车时间 "
    "结束时间" },
  { ZX_ROLE_VEHICLE_TRIPS, "id", "orderid tripid id 订单号 行程编号" },

  /* ---- the grid company ---- */
  { ZX_ROLE_FEEDER_NODES, "node_id",
    "nodeid node busid bus busname 节点编号 节点id 节点号 节点 母线编号 母线 id 编号" },
  { ZX_ROLE_NONE, "feeder_id",
    "feederid feeder feedername lineid component subnet circuit 馈线编号 馈线id 所属馈线 馈线 "
    "馈线名称 "
    "所属线路 线路编号 线路名称 所属10kv线路 10kv线路" },
  { ZX_ROLE_FEEDER_NODES, "type", "type nodetype bustype 节点类型 类型" },
  { ZX_ROLE_FEEDER_NODES, "is_source", "issource source isslack slack 是否电源 电源点" },
  { ZX_ROLE_FEEDER_NODES, "base_kv",
    "basekv kv vnkv nominalkv voltagekv ratedkv vn 电压等级 额定电压 标称电压 基准电压" },
  { ZX_ROLE_FEEDER_NODES, "p_mw", "pmw loadmw pd 有功mw 有功负荷mw" },
  { ZX_ROLE_FEEDER_NODES, "q_mvar", "qmvar loadmvar qd 无功mvar 无功负荷mvar" },
  { ZX_ROLE_FEEDER_NODES, "p_kw", "pkw loadkw kw p 有功kw 有功负荷 有功功率 有功 负荷 负荷kw" },
  { ZX_ROLE_FEEDER_NODES, "q_kvar", "qkvar loadkvar kvar q 无功kvar 无功负荷 无功功率 无功" },
  { ZX_ROLE_FEEDER_NODES, "phases", "phases phase 相别 相序 所在相 接入相 接入相别" },
  { ZX_ROLE_FEEDER_NODES, "gs_mw", "gsmw gs 并联电导" },
  { ZX_ROLE_FEEDER_NODES, "bs_mvar", "bsmvar bs 并联电容mvar" },
  { ZX_ROLE_FEEDER_NODES, "vm_set_pu", "vmsetpu vmset vmpu vm 电压设定值" },
  { ZX_ROLE_FEEDER_BRANCHES, "branch_id",
    "branchid lineid linename edgeid id 支路编号 支路id 线路编号 线段编号 编号" },
  { ZX_ROLE_FEEDER_BRANCHES, "from_node",
    "fromnode from fbus frombus nodefrom bus1 startnode 首端节点 起始节点 首节点 起点" },
  { ZX_ROLE_FEEDER_BRANCHES, "to_node",
    "tonode to tbus tobus nodeto bus2 endnode 末端节点 终止节点 末节点 终点" },
  { ZX_ROLE_FEEDER_BRANCHES, "kind", "kind branchtype type 类型 支路类型" },
  { ZX_ROLE_FEEDER_BRANCHES, "r_ohm", "rohm r1ohm resistanceohm resistance r 电阻 电阻欧姆" },
  { ZX_ROLE_FEEDER_BRANCHES, "x_ohm", "xohm x1ohm reactanceohm reactance x 电抗 电抗欧姆" },
  { ZX_ROLE_FEEDER_BRANCHES, "max_kva",
    "maxkva ratekva ratedkva limitkva skva kva 额定容量 载流容量 容量" },
  { ZX_ROLE_FEEDER_BRANCHES, "max_a",
    "maxa ampacity ratinga imax imaxa normamps 载流量 额定电流 最大电流" },
  { ZX_ROLE_FEEDER_BRANCHES, "r_pu", "rpu brr 电阻标幺值" },
  { ZX_ROLE_FEEDER_BRANCHES, "x_pu", "xpu brx 电抗标幺值" },
  { ZX_ROLE_FEEDER_BRANCHES, "rate_mva", "ratemva maxmva smva ratea" },
  { ZX_ROLE_FEEDER_BRANCHES, "base_mva", "basemva sbase sbasemva 基准容量" },
  { ZX_ROLE_FEEDER_BRANCHES, "g_pu", "gpu brg 电导标幺值" },
  { ZX_ROLE_FEEDER_BRANCHES, "b_pu", "bpu brb 电纳标幺值" },
  { ZX_ROLE_FEEDER_BRANCHES, "tap", "tap ratio 变比 分接头" },
  { ZX_ROLE_FEEDER_BRANCHES, "shift_deg", "shiftdeg shift 相移" },
  { ZX_ROLE_FEEDER_BRANCHES, "n_phases", "nphases numphases 相数" },
  { ZX_ROLE_FEEDER_BRANCHES, "status",
    "status brstatus inservice closed isclosed state 状态 开关状态" },
  { ZX_ROLE_FEEDER_BRANCHES, "wkt", "wkt geom geometry thegeom shape" },
  { ZX_ROLE_TRANSFORMER_AREAS, "id",
    "transformerid transformerareaid tareaid areaid disequipmentid deviceid id 台区编号 台区id "
    "台区编码 "
    "配变编号 变压器编号 配变id 编号" },
  { ZX_ROLE_TRANSFORMER_AREAS, "s_kva",
    "skva ratedkva kva capacitykva ratedcapacity ratedcapacitykva transformerkva 额定容量 配变容量 "
    "变压器容量 台区容量 容量" },
  { ZX_ROLE_TRANSFORMER_AREAS, "base_peak_kw",
    "basepeakkw peakkw maxloadkw peakload maxload basekw loadkw 最大负荷 峰值负荷 最高负荷" },
  { ZX_ROLE_TRANSFORMER_AREAS, "base_peak_kvar",
    "basepeakkvar peakkvar maxloadkvar basekvar 最大无功" },
  { ZX_ROLE_TRANSFORMER_AREAS, "power_factor", "powerfactor pf cosphi cosfi 功率因数" },

  /* ---- people, places, land ---- */
  { ZX_ROLE_PEOPLE, "id", "id cell hexid h3 h3index gridid 网格编号 编号" },
  { ZX_ROLE_PEOPLE, "residents",
    "residents population pop populationtotal totalpop people persons 人口 常住人口 人口数 "
    "居住人口 总人口" },
  { ZX_ROLE_PEOPLE, "jobs",
    "jobs employment employees workers 就业 岗位 就业人口 岗位数 工作岗位" },
  { ZX_ROLE_PLACES, "kind",
    "kind type category fclass poitype class typename 类型 类别 分类 大类 poi类型 所属类别" },
  { ZX_ROLE_PLACES, "name", "name poiname id 名称 poi名称 地点名称" },
  { ZX_ROLE_NONE, "kind", "kind type reason category level fclass 类型 类别 原因 用途" },
  { ZX_ROLE_PARCELS, "id",
    "parcelid candidateid siteid plotid lotid id 地块编号 宗地编号 候选点编号 编号" },
  { ZX_ROLE_PARCELS, "area_m2",
    "aream2 areasqm area sqm shapearea 面积 地块面积 用地面积 占地面积" },
  { ZX_ROLE_PARCELS, "bays",
    "bays parkingbays nbays parknums spaces 车位 车位数 停车位 泊位数 停车位数" },
  { ZX_ROLE_PARCELS, "rent", "rent rentperbay rentyuan rentperbayyear 租金 车位租金 年租金" },
  { ZX_ROLE_PARCELS, "transformer_id",
    "transformerid transformerareaid transformer tareaid 台区编号 所属台区 配变编号 台区" },

  /* ---- OpenStreetMap and road layers ---- */
  { ZX_ROLE_ROADS, "class",
    "highway fclass roadclass class roadtype grade type 道路等级 等级 道路类型 道路类别 技术等级" },
  { ZX_ROLE_ROADS, "id", "osmid rawid edgeid eid roadid linkid id fid 道路编号 编号" },
  { ZX_ROLE_ROADS, "one_way", "oneway direction 单行 单向 方向 通行方向" },
  { ZX_ROLE_ROADS, "max_speed", "maxspeed speedlimit speed 限速 最高限速 设计速度" },
  { ZX_ROLE_ROADS, "bridge", "bridge isbridge 桥梁" },
  { ZX_ROLE_ROADS, "tunnel", "tunnel istunnel 隧道" },
  { ZX_ROLE_ROADS, "level", "layer level" },
  { ZX_ROLE_ROADS, "junction", "junction" },
  { ZX_ROLE_ROADS, "service", "service" },
  { ZX_ROLE_ROADS, "surface", "surface" },
  { ZX_ROLE_ROADS, "track_type", "tracktype" },
  { ZX_ROLE_ROADS, "smoothness", "smoothness" },
  { ZX_ROLE_ROADS, "route", "route" },
  { ZX_ROLE_ROADS, "access", "access" },
  { ZX_ROLE_ROADS, "vehicle", "vehicle" },
  { ZX_ROLE_ROADS, "motor_vehicle", "motorvehicle" },
  { ZX_ROLE_ROADS, "motorcar", "motorcar" },
  { ZX_ROLE_ROADS, "area", "area" },
  { ZX_ROLE_NONE, "other_tags", "othertags" },
  { ZX_ROLE_NONE, "amenity", "amenity" },
  { ZX_ROLE_NONE, "shop", "shop" },
  { ZX_ROLE_NONE, "office", "office" },
  { ZX_ROLE_NONE, "leisure", "leisure" },
  { ZX_ROLE_NONE, "tourism", "tourism" },
  { ZX_ROLE_NONE, "public_transport", "publictransport" },
  { ZX_ROLE_PLACES, "highway", "highway" },
  { ZX_ROLE_PLACES, "railway", "railway" },
  { ZX_ROLE_NONE, "natural", "natural" },
  { ZX_ROLE_NONE, "landuse", "landuse" },
  { ZX_ROLE_NONE, "waterway", "waterway" },
};

/* Longer ones first: "kwh" before "kw". */
static const char *const units[] = {
  "yuankwh", "元kwh", "元度", "万kwh", "kwh", "mwh",  "kvar", "mvar",   "kva",  "mva",
  "kmh",     "kw",    "mw",   "kv",    "wh",  "度",   "元",   "个",     "小时", "分钟",
  "hours",   "天",    "m2",   "deg",   "km",  "千瓦", "米",   "平方米", "ω",
};

static const char weather_words[]
    = " temp temperature feelslike humidity dew precip snow snowdepth preciptype windgust "
      "windspeed "
      "winddir pressure visibility cloudcover solarradiation solarenergy uvindex conditions t p0 p "
      "u "
      "nrain td rain wind tmax tmin 温度 气温 湿度 风速 风向 降水 降水量 气压 天气 ";

char *
zx_vocabulary_normalise (const char *header)
{
  g_autofree char *valid = g_utf8_make_valid (header, -1);
  g_autofree char *folded = g_utf8_normalize (valid, -1, G_NORMALIZE_ALL_COMPOSE);
  g_autofree char *lower = g_utf8_strdown (folded != NULL ? folded : valid, -1);
  GString *out = g_string_new (NULL);
  for (const char *p = lower; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);
      if (g_unichar_isalnum (c))
        g_string_append_unichar (out, c);
    }
  return g_string_free (out, FALSE);
}

/* TRUE when @header is the spelling of @n bytes, alone or before a unit. */
static gboolean
is_spelled (const char *header, const char *spelling, gsize n)
{
  if (strncmp (header, spelling, n) != 0)
    return FALSE;
  const char *rest = header + n;
  if (*rest == '\0')
    return TRUE;
  if (n < 3) /* "x" before "m2" is chance */
    return FALSE;
  if (strcmp (rest, "h") == 0) /* 时长h, but not totalkwh as totalkw */
    return (guchar) header[n - 1] >= 0x80;
  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    if (strcmp (rest, units[i]) == 0)
      return TRUE;
  return FALSE;
}

static int
find_spelling (const char *spellings, char *const *headers, guint n_headers, const guint8 *is_taken)
{
  for (const char *word = spellings; *word != '\0';)
    {
      gsize n = strcspn (word, " ");
      for (guint i = 0; i < n_headers; i++)
        if ((is_taken == NULL || !is_taken[i]) && is_spelled (headers[i], word, n))
          return (int) i;
      word += n + strspn (word + n, " ");
    }
  return -1;
}

/* "p07", "p7", "h07", "07:00" and the like, for the hours of a design day. */
static int
find_hour (const char *column, char *const *headers, guint n_headers, const guint8 *is_taken)
{
  guint hour = (guint) (column[1] - '0') * 10 + (guint) (column[2] - '0');
  g_autofree char *spellings = g_strdup_printf (
      "p%02u pkw%02u kw%02u h%02u hour%02u load%02u p%u h%u hour%u %02u00 %u时 %u点", hour, hour,
      hour, hour, hour, hour, hour, hour, hour, hour, hour, hour);
  return find_spelling (spellings, headers, n_headers, is_taken);
}

int
zx_vocabulary_find (ZxRole role, const char *column, char *const *headers, guint n_headers,
                    const guint8 *is_taken)
{
  if (role == ZX_ROLE_TRANSFORMER_AREAS && column[0] == 'p' && g_ascii_isdigit (column[1]))
    return find_hour (column, headers, n_headers, is_taken);
  gboolean has_own = FALSE;
  for (guint pass = 0; pass < 2; pass++)
    for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
      if (entries[i].role == (pass == 0 ? role : ZX_ROLE_NONE)
          && strcmp (entries[i].column, column) == 0 && !(pass == 1 && has_own))
        {
          has_own = TRUE;
          int found = find_spelling (entries[i].spellings, headers, n_headers, is_taken);
          if (found >= 0)
            return found;
        }
  return -1;
}

gboolean
zx_vocabulary_knows (const char *header)
{
  char *headers[] = { (char *) header };
  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    if (find_spelling (entries[i].spellings, headers, 1, NULL) >= 0)
      return TRUE;
  return FALSE;
}

gboolean
zx_vocabulary_is_weather (const char *header)
{
  g_autofree char *word = g_strdup_printf (" %s ", header);
  return *header != '\0' && strstr (weather_words, word) != NULL;
}
