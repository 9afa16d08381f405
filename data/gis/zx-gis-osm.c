/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is taken from OpenStreetMap.  GDAL's driver is told by a file which tags are columns; ours
 * lies in memory, so that the result does not depend on what a distribution installs, and names all
 * tags the rooms above use: nothing is left to be parsed out of "other_tags".
 *
 * The driver keeps node coordinates as the 1e-7 degree integers of the file, so ways that share a
 * node share exactly equal coordinates: app/travel relies on it. */

#include "data/gis/zx-gis-private.h"

static const char config[]
    = "closed_ways_are_polygons=aeroway,amenity,boundary,building,building:part,craft,geological,"
      "historic,landuse,leisure,military,natural,office,place,shop,sport,tourism,"
      "highway=platform,highway=rest_area,highway=services,public_transport=platform,"
      "public_transport=station,power=substation,power=plant,power=generator,water,"
      "waterway=riverbank,waterway=dock,man_made=wastewater_plant,man_made=works\n"
      "attribute_name_laundering=no\n"
      "\n"
      "[points]\n"
      "osm_id=yes\nosm_version=no\nosm_timestamp=no\nosm_uid=no\nosm_user=no\nosm_changeset=no\n"
      "attributes=name,amenity,shop,office,tourism,leisure,public_transport,railway,highway,"
      "barrier,place,population,power,building,natural,man_made,landuse,historic,healthcare,"
      "parking,capacity,access,fee,operator,brand,ref\n"
      "unsignificant=created_by,converted_by,source,time,ele,attribution\n"
      "ignore=created_by,converted_by,source,time,ele,note,todo,fixme,FIXME\n"
      "other_tags=no\n"
      "\n"
      "[lines]\n"
      "osm_id=yes\nosm_version=no\nosm_timestamp=no\nosm_uid=no\nosm_user=no\nosm_changeset=no\n"
      "attributes=highway,name,ref,oneway,maxspeed,lanes,layer,bridge,tunnel,junction,access,"
      "motorcar,motor_vehicle,vehicle,service,surface,tracktype,smoothness,toll,route,"
      "construction,area,railway,waterway,water,natural,man_made,barrier,boundary,admin_level,"
      "landuse,power,voltage,operator\n"
      "ignore=created_by,converted_by,source,time,ele,note,todo,fixme,FIXME\n"
      "other_tags=no\n"
      "\n"
      "[multipolygons]\n"
      "osm_id=yes\nosm_version=no\nosm_timestamp=no\nosm_uid=no\nosm_user=no\nosm_changeset=no\n"
      "attributes=name,type,amenity,building,landuse,natural,leisure,water,waterway,boundary,"
      "admin_level,place,population,shop,office,tourism,parking,capacity,access,fee,operator,"
      "public_transport,railway,highway,man_made,power,historic,military,healthcare,aeroway,"
      "building:levels\n"
      "ignore=area,created_by,converted_by,source,time,ele,note,todo,fixme,FIXME\n"
      "other_tags=no\n"
      "\n"
      "[multilinestrings]\nosm_id=yes\nattributes=name,type\nother_tags=no\n"
      "\n"
      "[other_relations]\nosm_id=yes\nattributes=name,type\nother_tags=no\n";

static const char *const layers[] = { "points", "lines", "multipolygons", NULL };

const char *
zx_gis_osm_config (void)
{
  static const char path[] = "/vsimem/zx-gis-osm.ini";
  static gsize is_written;
  if (g_once_init_enter (&is_written))
    {
      VSILFILE *file = VSIFileFromMemBuffer (path, (GByte *) config, sizeof config - 1,
                                             /* take over: */ FALSE);
      if (file != NULL)
        VSIFCloseL (file);
      g_once_init_leave (&is_written, 1);
    }
  return path;
}

gboolean
zx_gis_osm_has_layer (const char *name)
{
  return g_strv_contains (layers, name);
}

void
zx_gis_osm_choose (GDALDatasetH dataset, const char *layer)
{
  g_autofree char *statement = g_strdup_printf (
      "SET interest_layers = %s", layer != NULL ? layer : "points,lines,multipolygons");
  OGRLayerH result = GDALDatasetExecuteSQL (dataset, statement, NULL, NULL);
  if (result != NULL)
    GDALDatasetReleaseResultSet (dataset, result);
}
