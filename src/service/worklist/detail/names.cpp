// Names of the codes that pages show most, in both languages. The Chinese names are our own translations of
// the common clinical terms; the codes are LOINC's.
#include "service/worklist/detail/impl.h"

namespace xinglin::worklist::detail {
namespace {

struct Name {
  std::string_view code, en, zh;
};
constexpr Name kNames[] = {
    {"8867-4", "Heart rate", "心率"},
    {"9279-1", "Respiratory rate", "呼吸频率"},
    {"59408-5", "Oxygen saturation (SpO2)", "血氧饱和度"},
    {"8310-5", "Body temperature", "体温"},
    {"8480-6", "Systolic blood pressure", "收缩压"},
    {"8462-4", "Diastolic blood pressure", "舒张压"},
    {"8478-0", "Mean blood pressure", "平均动脉压"},
    {"80288-4", "Level of consciousness", "意识水平"},
    {"67775-7", "Level of responsiveness", "反应水平"},
    {"3151-8", "Inhaled oxygen flow", "吸氧流量"},
    {"3150-6", "Inhaled oxygen concentration", "吸氧浓度"},
    {"29463-7", "Body weight", "体重"},
    {"8302-2", "Body height", "身高"},
    {"8625-6", "PR interval", "PR 间期"},
    {"8633-0", "QRS duration", "QRS 时限"},
    {"8634-8", "QT interval", "QT 间期"},
    {"8636-3", "QTc interval", "校正 QT 间期"},
    {"8632-2", "QRS axis", "QRS 电轴"},
    {"8626-4", "P wave axis", "P 波电轴"},
    {"8638-9", "T wave axis", "T 波电轴"},
    {"8637-1", "RR interval", "RR 间期"},
};

}  // namespace

json::object name_of_code(std::string_view code, std::string_view fallback) {
  for (const Name& name : kNames)
    if (name.code == code) return text2(name.en, name.zh);
  return text2(fallback.empty() ? code : fallback, "");
}

}  // namespace xinglin::worklist::detail
