//! The words of the Decode station.

words! {
    title: "Decode", "解码";
    funnel: "Funnel", "漏斗";
    tree: "Tree", "树";
    compare: "Compare", "比较";
}
