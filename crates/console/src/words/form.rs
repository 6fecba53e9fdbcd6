//! What the editor of recipes says.

words! {
    /// The editor of recipes: its form, the look at a photo, assets, comparisons.
    Form;
    title: "Form", "양식";
    waits: "The form waits until the text can be read.", "텍스트를 읽을 수 있을 때까지 양식을 쓸 수 없습니다.";
    no_script: "The form needs JavaScript. The text does without.", "양식에는 자바스크립트가 필요합니다. 텍스트는 없어도 됩니다.";
    text_only: "only in the text", "텍스트에서만 변경";
    unsaid: "not said", "지정 안 함";
    unsaid_so: "not said ({0})", "지정 안 함 ({0})";
    on: "on", "사용";
    off: "off", "사용 안 함";
    add: "Add", "추가";
    add_what: "Add to “{0}”", "“{0}”에 추가";
    remove_what: "Remove {0}", "{0} 삭제";
    up_what: "Move {0} up", "{0} 위로 이동";
    down_what: "Move {0} down", "{0} 아래로 이동";
    // The look at a photo.
    close: "100 %", "100 %";
    stage: "Photo by this recipe", "이 레시피로 현상한 사진";
    move_how: "At 100 %, drag the picture or use the arrow keys.", "100 %에서는 사진을 끌거나 화살표 키로 이동하세요.";
    histogram: "Histogram", "히스토그램";
    channel: "Channel", "채널";
    red: "Red", "빨강";
    green: "Green", "초록";
    blue: "Blue", "파랑";
    luminance: "Luminance", "밝기";
    shadows: "Clipped shadows", "손실된 암부";
    highlights: "Clipped highlights", "손실된 명부";
    // Assets.
    assets: "Assets", "애셋";
    assets_what: "Files that recipes use: logos (PNG, best with transparency) and fonts (TTF, OTF) for watermarks, ICC profiles for printers, looks (.cube).",
        "레시피가 사용하는 파일입니다. 워터마크용 로고(투명도가 있는 PNG 권장)와 글꼴(TTF, OTF), 인쇄용 ICC 프로파일, 룩(.cube)을 올릴 수 있습니다.";
    choose_asset: "Choose a file", "파일 선택";
    no_kind: "No recipe can use this file. Logos are PNG, fonts TTF or OTF, profiles ICC and looks .cube; convert it and try again.",
        "레시피에서 사용할 수 없는 파일입니다. 로고는 PNG, 글꼴은 TTF·OTF, 프로파일은 ICC, 룩은 .cube 파일이어야 합니다. 변환한 뒤 다시 시도하세요.";
    kind_picture: "Logo (PNG)", "로고 (PNG)";
    kind_font: "Font", "글꼴";
    kind_profile: "ICC profile", "ICC 프로파일";
    kind_lut: "Look (.cube)", "룩 (.cube)";
    upload_first: "None yet; upload one", "아직 없습니다. 업로드하세요";
    no_assets: "No asset yet", "아직 애셋이 없습니다";
    content: "Content", "내용";
    came: "Came (UTC)", "등록 시각 (UTC)";
    used_by: "Used by", "사용하는 레시피";
    nobody: "no recipe", "없음";
    back_to_recipes: "Back to recipes", "레시피로 돌아가기";
    remove_asset: "Remove", "삭제";
    remove_sure: "The file is gone for good then. Remove it?", "파일이 완전히 삭제됩니다. 삭제할까요?";
    kept_while_used: "An asset stays as long as the newest version of a recipe names it.",
        "레시피의 최신 버전이 사용하는 애셋은 삭제할 수 없습니다.";
    // Comparisons.
    compare: "Compare with the version before", "이전 버전과 비교";
    compared: "Version {0} to {1}", "버전 {0}에서 {1}(으)로";
    same: "The texts are the same.", "텍스트가 같습니다.";
    back_to_recipe: "Back to the recipe", "레시피로 돌아가기";
}
