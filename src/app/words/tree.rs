//! The words of beam search: the tree and the comparison.

words! {
    title: "The tree of beam search", "束搜索的树";
    heading: "Beam search", "束搜索";
    subtitle: "Keep the {0} best beginnings, extend each, and cut back to {0}. The rest stays visible as ghosts.",
        "留下最好的 {0} 个开头，各自续写，再砍回 {0} 个。砍掉的变成虚影，仍然看得见。";
    root: "The prompt's last token", "提示的最后一个词元";
    token_n: "Token {0}", "第 {0} 个词元";
    step_n: "Step {0}", "第 {0} 步";

    // The panel at the left.
    about: "What if the first word is not the best one?", "如果第一个词并不是最好的呢？";
    about_1: "Beam search follows several beginnings at once. Each step extends all of them, adds up their log-probabilities, and keeps only the best few.",
        "束搜索同时跟着好几个开头走。每一步都续写所有开头，把 log 概率加起来，只留下最好的几个。";
    about_2: "A beginning that looks worse may end better. Greedy search never finds out; a beam can, if it is wide enough to keep it.",
        "看起来差一点的开头，结尾可能更好。贪心搜索永远不会知道；束够宽、把它留了下来，就有机会发现。";
    about_try: "Set the width to 1, then to 3.", "把宽度设为 1，再设为 3。";
    about_try_more: "Run both. Does the text change? Then click a ghost and expand it.",
        "各运行一次，文字变了吗？再点一个虚影，从那里展开。";

    // The prompt and the settings.
    prompt: "A text for the model to continue", "让模型接着写的文字";
    example_chat: "What do you like?", "你喜欢什么？";
    example_text: "The", "今天";
    run: "Run the search", "开始搜索";
    examples: "Examples", "示例";
    width: "Width", "宽度";
    length_penalty: "Length penalty", "长度惩罚";
    early_end: "Ends when", "何时停";
    when_full: "full", "满了";
    when_unlikely: "unlikely", "难超过";
    never: "certain", "超不过";
    returned: "Returned", "返回";
    steps: "Steps", "步数";
    runs: "Samples", "抽样次数";
    seed: "Seed", "种子";
    empty: "The tree will grow here, token by token.", "树会在这里一个词元一个词元地长出来。";

    // The lines and the tools.
    best_beam: "Best beam", "最佳的束";
    greedy: "Greedy", "贪心";
    sampled_once: "Sampled, seed {0}", "抽样，种子 {0}";
    sampled_n: "Sampled {0} times, seed {1}", "抽样 {0} 次，种子 {1}";
    pruned_ones: "Pruned", "剪掉的";
    numbers_note: "Numbers are sums of log-probabilities", "数字是 log 概率之和";
    smaller: "Smaller", "缩小";
    larger: "Larger", "放大";
    fit: "Show all of it", "显示全部";

    // Nodes.
    kept: "kept", "留下";
    pruned: "pruned", "剪掉";
    finished: "finished", "写完";
    outranked: "ended, outranked", "写完但落选";
    chosen: "chosen", "选中";
    scored_is: "{0}, {1}: step {2}, sum {3}", "{0}，{1}：本步 {2}，总和 {3}";
    node_is: "{0}, {1}, {2}: step {3}, sum {4}, score {5}", "{0}，{1}，{2}：本步 {3}，总和 {4}，得分 {5}";
    numbers_are: "step {0}   sum {1}   score {2}", "本步 {0}   总和 {1}   得分 {2}";

    // The transport.
    expand: "Expand", "展开";
    score_phase: "Score", "打分";
    prune: "Prune", "剪枝";
    phase_place: "{0}, {1}", "{0}，{1}";
    finished_alive: "{0} finished, {1} alive", "{0} 个写完，{1} 个在写";

    // The inspector.
    nothing_yet: "No search yet", "还没有搜索";
    nothing_yet_more: "Search, and the best text and its score will stand here.", "搜索一次，最好的文字和它的得分会写在这里。";
    searching: "Searching…", "搜索中……";
    so_far: "The best so far", "目前最好的";
    ended_length: "as many tokens as asked for", "写够了步数";
    ended_context: "the context is full", "上下文满了";
    ended_full: "enough texts finished", "写完的够了";
    ended_hopeless: "none is likely to do better", "再写也难超过";
    ended_nothing: "all texts finished", "全都写完了";
    beam_better: "Beam search found a better text than greedy search", "束搜索找到了比贪心更好的文字";
    greedy_better: "Greedy search found the better text", "贪心找到的文字更好";
    same_text: "Beam search found the greedy text", "束搜索找到的就是贪心的文字";
    same_text_more: "The best word each time was the best text here. A wider beam changed nothing.",
        "这里每次选最好的词，就得到了最好的文字。束更宽也没有用。";
    parts_at: "At token {0} greedy search took {1}, {2} against {4} for {3}.", "在第 {0} 个词元，贪心选了{1}（概率 {2}），束选的是{3}（{4}）。";
    overtakes_at: "The best beam overtook it at token {0}: {1} against {2}.", "最佳的束在第 {0} 个词元反超：{1} 对 {2}。";
    wins_by_length: "Token for token the beam stays behind, but its sum is divided by its own length, and that makes it the better one.",
        "逐个词元比，束一直落后；但它的总和要除以自己的长度，这样一算它更好。";
    never_ahead: "The best beam never overtook it: what would have been better was pruned on the way.",
        "最佳的束一直没有反超：更好的路在半途被剪掉了。";
    score_of_best: "Score of the best beam", "最佳的束的得分";
    score_of_path: "How its sum comes about", "总和是怎么来的";
    sum: "Sum", "总和";
    divided_by: "÷ length {0}^{1}", "÷ 长度 {0}^{1}";
    sum_over: "{0} over {1} tokens, divided by the length to the power of {2}", "{1} 个词元共 {0}，再除以长度的 {2} 次方";
    returned_ones: "Returned", "返回的文字";
    step_logprob: "Log-probability of this step", "本步的 log 概率";
    why_kept: "Number {0} of its step by sum: it is among the {1} that live on.", "本步总和排第 {0}，在留下的 {1} 个之内。";
    why_pruned: "Number {0} of its step by sum, and only {1} live on: the last of them had {2}, this one {3}.",
        "本步总和排第 {0}，只留 {1} 个：最后一个留下的是 {2}，它是 {3}。";
    why_finished: "The model wrote the end token here, and its score was among the best of the finished ones.",
        "模型在这里写下了结束词元，得分在写完的里面排得上。";
    why_length: "It has as many tokens as were asked for.", "它已经写够了步数。";
    why_outranked: "It ended here as number {0} of its step, but {1} others were better.", "它在这里写完，本步排第 {0}，但有 {1} 个比它更好。";
    expand_here: "Expand here", "从这里展开";
    chat_here: "Chat here", "从这里聊";
    fold: "Fold what grows from it", "收起后面的";
    unfold: "Unfold what grows from it", "展开后面的";
    whole_tree: "Back to the tree before", "回到之前的树";

    // The comparison.
    compare_heading: "Three ways to write", "三种写法";
    compare_subtitle: "One prompt, continued by the most probable token, by the die, and by beam search.",
        "同一个提示，分别由最可能的词元、骰子和束搜索接着写。";
    about_compare: "Better for whom?", "对谁来说更好？";
    about_compare_1: "Beam search looks for the most probable text. A probable text is often a plain one: several beams may differ in a word or two.",
        "束搜索找的是概率最大的文字。概率大的文字往往平平无奇，几条束之间可能只差一两个词。";
    about_compare_2: "Samples are less probable and more varied. Distinct 2-grams count the variety: how many pairs of neighbouring tokens differ from each other.",
        "抽样得到的文字概率低些，花样多些。“不同的二元组”数的就是花样：相邻的两个词元有多少种不同的搭配。";
    about_compare_try: "Open the two examples.", "打开那两个示例。";
    about_compare_try_more: "One shows where beam search is better, the other where it is duller.",
        "一个是束搜索更好，一个是束搜索更乏味。";
    sampling: "Sampling", "抽样";
    beam: "Beam search", "束搜索";
    total: "Total log-probability", "log 概率总和";
    per_token: "Per token", "每个词元";
    length: "Length", "长度";
    repeated: "Repeated 2-grams", "重复的二元组";
    distinct_n: "Distinct {0}-grams", "不同的 {0} 元组";
    over_texts: "over {0} texts", "共 {0} 段文字";
    over_one: "of this text", "这段文字里";
    run_n: "Sample {0} of {1}", "第 {0} 个抽样，共 {1} 个";
    beam_n: "Beam {0} of {1}", "第 {0} 条束，共 {1} 条";
    next_text: "Next text", "下一段文字";
    previous_text: "Previous text", "上一段文字";
    still_writing: "still writing", "还在写";
    strands: "The texts laid over each other", "叠在一起的文字";
    strand_is: "{0}, {1}: sum {2}; greedy {3}, beams {4}, samples {5}", "{0}，{1}：总和 {2}；贪心 {3}，束 {4}，抽样 {5}";
    duller: "The beams vary less: {0} of their 2-grams are distinct, of the samples {1}.",
        "几条束的花样更少：不同的二元组占 {0}，抽样占 {1}。";

    // Keys.
    key_walk: "Tree: walk from node to node", "树：在节点间走动";
    key_lock: "Tree: lock the node", "树：锁定节点";
    key_fold: "Tree: fold, unfold", "树：收起、展开";
    key_isolate: "Tree: only this branch", "树：只看这一枝";
    isolate: "Only this branch", "只看这一枝";
    isolated: "All branches", "看所有分枝";
    key_zoom: "Tree: larger, smaller, all of it", "树：放大、缩小、显示全部";
    key_views: "Decode: the next tab", "解码：下一个标签";
}
