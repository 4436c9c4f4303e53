// QT correction for heart rate and the electrical axis: closed formulas, pure functions.
//
// RR in seconds, QT and QTc in milliseconds, heart rate in beats per minute, angles in degrees (-180 < a <=
// 180; 0 points to the left arm, +90 to the feet).
#pragma once

namespace xinglin::resting_ecg {

// QT / RR^(1/2). Bazett, Heart 7:353 (1920).
double qtc_bazett(double qt_ms, double rr_s);
// QT / RR^(1/3). Fridericia, Acta Med Scand 53:469 (1920).
double qtc_fridericia(double qt_ms, double rr_s);
// QT + 154 ms (1 - RR). Sagie et al. (Framingham Heart Study), Am J Cardiol 70:797 (1992).
double qtc_framingham(double qt_ms, double rr_s);
// QT + 1.75 ms (HR - 60). Hodges et al., J Am Coll Cardiol 1:694 (1983).
double qtc_hodges(double qt_ms, double rr_s);

// Angle of the frontal vector from the deflections (or areas) of leads I and aVF: in Einthoven's triangle the
// vertical component is 2 / sqrt(3) of aVF.
double frontal_axis_deg(double lead_i, double lead_avf);

}  // namespace xinglin::resting_ecg
