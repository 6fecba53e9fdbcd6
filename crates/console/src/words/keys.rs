//! What the keys of recipes are called.

use super::Language;

/// Key, English, Korean.
const KEYS: &[(&str, &str, &str)] = &[
    ("amount", "Amount", "세기"),
    ("background", "Background", "배경색"),
    ("bias", "Bias", "바이어스"),
    ("color", "Colour", "색"),
    ("compression", "Compression", "압축"),
    ("copyright", "Copyright", "저작권"),
    ("creator", "Creator", "제작자"),
    ("crop", "Crop", "자르기"),
    ("demosaic", "Demosaic", "디모자이크"),
    ("denoise", "Denoise", "노이즈 제거"),
    ("depth", "Bits a sample", "샘플당 비트"),
    ("develop", "Develop", "현상"),
    ("divisor", "Divisor", "나누는 수"),
    ("dpi", "Resolution (dpi)", "해상도 (dpi)"),
    ("encode", "File", "파일"),
    ("enlarge", "Enlarge", "확대 허용"),
    ("exposure", "Exposure (EV)", "노출 (EV)"),
    ("filters", "Filters", "필터"),
    ("fit", "Fit", "맞춤"),
    ("file", "File", "파일"),
    ("font", "Font", "글꼴"),
    ("format", "Format", "형식"),
    ("geometry", "Geometry", "기하"),
    ("gravity", "Place", "위치"),
    ("height", "Height", "높이"),
    ("highlights", "Highlights", "하이라이트"),
    ("hot_pixels", "Repair hot pixels", "핫픽셀 보정"),
    ("image", "Picture", "그림"),
    ("intent", "Colours outside", "색역 밖의 색"),
    ("keep", "Keep", "유지"),
    ("kelvin", "Temperature (K)", "색온도 (K)"),
    ("kernel", "Kernel", "커널"),
    ("keywords", "Keywords", "키워드"),
    ("lossless", "Lossless", "무손실"),
    ("lut", "Look", "룩"),
    ("margin", "Margin", "여백"),
    ("max_bytes", "Largest file (bytes)", "최대 파일 크기 (바이트)"),
    ("metadata", "Metadata", "메타데이터"),
    ("multipliers", "Multipliers", "채널 배율"),
    ("name", "Name", "이름"),
    ("op", "Filter", "필터"),
    ("opacity", "Opacity", "불투명도"),
    ("output", "Output", "출력"),
    ("path", "Path", "경로"),
    ("profile", "ICC profile", "ICC 프로파일"),
    ("progressive", "Progressive", "프로그레시브"),
    ("quality", "Quality", "품질"),
    ("radius", "Radius", "반경"),
    ("renditions", "Renditions", "렌디션"),
    ("rotate", "Rotate (°)", "회전 (°)"),
    ("saturation", "Saturation", "채도"),
    ("seats", "Seats", "좌석"),
    ("set", "Set", "지정"),
    ("sigma", "Sigma (px)", "시그마 (px)"),
    ("space", "Colour space", "색 공간"),
    ("speed", "Speed", "속도"),
    ("straighten", "Straighten (°)", "수평 맞춤 (°)"),
    ("strength", "Strength", "강도"),
    ("subsampling", "Subsampling", "크로마 서브샘플링"),
    ("text", "Text", "문구"),
    ("threshold", "Threshold", "임계값"),
    ("tile", "Repeat", "반복"),
    ("tint", "Tint", "색조"),
    ("tolerance", "Tolerance (%)", "허용 오차 (%)"),
    ("tone", "Tone", "톤"),
    ("tool", "Tool", "도구"),
    ("trim", "Trim", "가장자리 다듬기"),
    ("vibrance", "Vibrance", "활기"),
    ("watermark", "Watermark", "워터마크"),
    ("white_balance", "White balance", "화이트 밸런스"),
    ("width", "Width", "너비"),
    ("x", "Left", "왼쪽"),
    ("y", "Top", "위"),
];

/// What a key is called; a key that nobody has named is called as it is.
pub fn label(language: Language, key: &'static str) -> &'static str {
    match (KEYS.iter().find(|(known, ..)| *known == key), language) {
        (Some((_, english, _)), Language::En) => english,
        (Some((.., korean)), Language::Ko) => korean,
        (None, _) => key,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn keys(parts: &[service::web::forms::Part], into: &mut BTreeSet<&'static str>) {
        for part in parts {
            into.insert(part.name);
            keys(&part.parts, into);
        }
    }

    #[test]
    fn every_key_of_a_recipe_is_called_something_and_nothing_else_is() {
        let mut found = BTreeSet::new();
        let full = include_str!("../../../develop/tests/full.toml");
        let multipliers = full.replace("kelvin = 5500, tint = 2", "multipliers = [2, 1, 1]");
        for text in [full, &multipliers] {
            keys(&service::web::forms::form(text).unwrap().parts, &mut found);
        }
        assert_eq!(found, KEYS.iter().map(|(key, ..)| *key).collect());
    }
}
