//! The words for what lies behind a number: causes, attribution, formulas, comparisons.

words! {
    // Causes.
    switch_off: "Switch off", "关掉";
    switch_on: "Switch on again", "重新打开";
    key_switch: "Switch off what is locked, or on again", "关掉锁定的部分，或重新打开";
    switch_locked: "Switch off what is locked", "关掉锁定的部分";
    restore: "Restore", "还原";
    restore_all: "Restore the model", "还原模型";
    is_scaled: "{0} × {1}", "{0} × {1}";
    is_patched: "Row {0} of {1} is from the other text", "第 {0} 行的 {1} 来自另一段文字";
    mlp_of: "Block {0} · MLP", "块 {0} · MLP";
    head_of: "Block {0} · Head {1}", "块 {0} · 头 {1}";
    neuron_of: "Block {0} · Neuron {1}", "块 {0} · 神经元 {1}";
    attention_bias_of: "Block {0} · attention’s bias", "块 {0} · 注意力的偏置";
    position_vectors: "Position vectors", "位置向量";
    token_vectors: "Token vectors", "词元向量";
    last_bias: "Last norm’s shift", "最后一层归一化的平移";
    changed: "Changed", "改动后";
    untouched: "Untouched", "原样";
    was: "untouched", "原样";
    scale_it: "Strength", "强度";
    what_changes: "What changes in this row", "这一行有什么变化";
    before_after: "{0}: {1} before, {2} after", "{0}：原来 {1}，现在 {2}";
    how_it_goes_on: "How it goes on", "接下来会写什么";
    same_reply: "The same, token by token.", "一个词元也没变。";
    writes_nothing: "(it ends here)", "（到此结束）";

    // Why this token.
    lens: "Lens", "透镜";
    lens_subtitle: "If it stopped after this block, what would it say? (logit lens)",
        "如果到这一块就停下，它会说什么？（logit 透镜）";
    lens_of: "After “{0}” (row {1}): the best guesses at each depth", "“{0}”（第 {1} 行）之后：每一层最好的猜测";
    rank_of: "rank of {0}", "{0} 的名次";
    why: "Why", "为什么";
    why_title: "Why this token?", "为什么是这个词元？";
    why_subtitle: "The score is a sum: every part of the model adds its share.",
        "分数是一个和：模型的每个部分都加上自己的一份。";
    why_after: "After “{0}” (row {1}), why", "“{0}”（第 {1} 行）后面，为什么是";
    why_this: "Why this token", "为什么是这个词元";
    over: "rather than", "而不是";
    over_this: "Compared with", "和它比较";
    logit_of: "score of {0} (logit)", "{0} 的分数（logit）";
    lead_of: "lead of {0} over {1}, in score (logit)", "{0} 比 {1} 领先的分数（logit）";
    adds: "What it adds", "它加了多少";
    adds_note: "by itself, straight to the score (attribution)", "直接加到分数上的部分（归因）";
    lost: "What is lost without it", "没有它会少多少";
    lost_note: "measured: each part switched off in turn (ablation)", "实测：逐个关掉（消融）";
    only_one_turns: "without {0} the guess is another", "没有{0}，猜测就变了";
    some_turn: "measured: without any of {0} parts the guess is another", "实测：有 {0} 个部分，少了哪个猜测都会变";
    measuring: "switching parts off, one by one: {0} %", "正在逐个关掉：{0} %";
    adds_up_to: "It adds up: {0} = {1}", "加起来：{0} = {1}";
    predicted_measured: "With these changes the sum should move by {0}; it really moves by {1}. The rest goes through later parts.",
        "按归因，这些改动应让总和变化 {0}；实际变化 {1}。其余是经由后面各部分起的作用。";
    smaller_ones: "{0} smaller ones together", "另外 {0} 个较小的合计";
    sum: "Sum", "总和";
    large: "≥ 10 %", "≥ 10 %";
    medium: "≥ 3 %", "≥ 3 %";
    small: "≥ 1 %", "≥ 1 %";
    all_of_them: "All", "全部";
    other_tokens: "This way back leads to a text that {0} cannot read; it was copied from another model of that name.",
        "这段文字指向 {0} 读不了的内容：它是从另一个同名模型上复制来的。";
    of_largest: "of the largest:", "（与最大的比）";
    about_why_1: "The last row of numbers is a sum of everything that heads and MLPs wrote into it. So the score is a sum too, and each part has its share.",
        "最后那一行数，是各个头和 MLP 写进去的东西加起来的。所以分数也是一个和，每个部分都有自己的一份。";
    about_why_2: "A share is not yet a cause: other parts may depend on it, or make up for it. Only switching it off shows what it does.",
        "有一份不等于就是原因：别的部分可能依赖它，也可能替它补上。关掉它，才知道它起什么作用。";
    about_why_try: "Click a bright cell, then press X.", "点一个鲜明的格子，再按 X。";
    about_why_try_more: "The reply of the changed model stands at the right.", "右边就是改动后的模型写的回答。";
    about_lens_1: "Every row can be read early: the last norm and the output matrix turn it into a guess, as if no block followed.",
        "每一行都可以提前读：用最后的归一化和输出矩阵，把它变成一个猜测，就当后面没有块了。";
    about_lens_2: "Watch where the final answer first appears, and which other tokens it overtakes.",
        "看看最后的答案在哪一层出现，又超过了哪些词元。";
    about_lens_try: "Click a guess to follow it.", "点一个猜测，跟着它看。";
    about_lens_try_more: "Its rank stands at the right, block by block.", "右边是它在每一块之后的名次。";

    // One number.
    numbers: "Numbers", "数字";
    numbers_title: "Where does this number come from?", "这个数从哪里来？";
    numbers_subtitle: "Click any number to see what it was made of, down to the token.",
        "点任何一个数，看它由什么算出来，一直到词元。";
    about_numbers_1: "Every number is made of others by a short formula. Here is the formula, and the very numbers that went in.",
        "每个数都由别的数按一条短短的公式算出来。这里是公式，和真正用到的数。";
    about_numbers_2: "Go on clicking and you come to the token’s own row in the embedding: a number that training found.",
        "一直点下去，会走到词元在嵌入表里的那一行：那是训练找到的数。";
    about_numbers_try: "Click the largest term.", "点最大的那一项。";
    about_numbers_try_more: "The way back stands above.", "回去的路在上面。";
    trace: "Where does this number come from?", "这个数从哪里来？";
    back: "Back", "返回";
    stored_shape: "{0}, of shape {1}", "{0}，形状 {1}";
    n_more: "{0} more:", "另外 {0} 项：";
    terms: "{0} numbers went in, the largest first", "用到 {0} 项，从大到小";
    heat: "Table", "表";
    vector: "Row", "一行";
    histogram: "Spread", "分布";
    choose_activation: "Choose an activation or a weight", "选择激活值或权重";
    part_of_table: "Rows {0} – {1}, columns {2} – {3}", "第 {0} – {1} 行，第 {2} – {3} 列";
    table_of: "A table of {0} rows and {1} columns", "一张 {0} 行 {1} 列的表";
    mean_deviation: "{0} numbers, mean {1}, standard deviation {2}", "共 {0} 个数，平均 {1}，标准差 {2}";
    in_head: "head {0}, row {1}, number {2}", "头 {0}，第 {1} 行，第 {2} 个数";
    in_square: "head {0}, row {1} looks at row {2}", "头 {0}，第 {1} 行看第 {2} 行";
    in_row: "row {0}", "第 {0} 行";
    in_table: "row {0}, number {1}", "第 {0} 行，第 {1} 个数";
    a_mean: "Mean of the row", "这一行的平均";
    a_logit: "Score of {0} after row {1} (logit)", "第 {1} 行之后 {0} 的分数（logit）";
    a_probability: "Probability of {0} after row {1}", "第 {1} 行之后 {0} 的概率";
    a_token_weight: "Row of {0} in the embedding, number {1}", "嵌入表里 {0} 的那一行，第 {1} 个数";
    a_weight: "Weight {0}", "权重 {0}";
    an_embed: "Token’s vector", "词元的向量";
    a_pos_embed: "Position’s vector", "位置的向量";
    a_resid_pre: "Stream before the block", "进块之前的残差流";
    a_resid_mid: "Stream after attention", "注意力之后的残差流";
    a_resid_post: "Stream after the block", "出块之后的残差流";
    a_scale: "Spread that the norm divides by", "归一化用来除的幅度";
    a_norm_1: "Normalised for attention", "供注意力读的归一化结果";
    a_norm_2: "Normalised for the MLP", "供 MLP 读的归一化结果";
    a_norm_last: "Normalised for the output", "供输出读的归一化结果";
    a_query: "Query", "查询";
    a_key: "Key", "键";
    a_value: "Value", "值";
    a_score: "Attention score", "注意力分数";
    a_pattern: "Attention weight", "注意力权重";
    a_mixture: "Mixture of values", "混合后的值";
    an_attn_out: "What attention adds", "注意力加上的";
    a_neuron_pre: "Neuron before GELU", "GELU 之前的神经元";
    a_neuron_post: "Neuron after GELU", "GELU 之后的神经元";
    an_mlp_out: "What the MLP adds", "MLP 加上的";
    step_look_up: "The row of a table is looked up.", "从表里查出一行。";
    step_add: "Two rows are added, number by number.", "两行逐个相加。";
    step_hand_on: "The row is handed on as it is.", "原样传下去。";
    step_mean: "All numbers of the row, divided by how many they are.", "整行相加，再除以个数。";
    step_scale: "How far the row’s numbers lie from their mean; a little is added so that nothing is divided by zero.",
        "这一行的数离平均有多远；再加一点点，免得除以零。";
    step_normalise: "The mean is taken away, the spread divided out; then a learned scale (γ) and shift (β).",
        "减去平均，除以幅度；再乘上学到的缩放（γ），加上平移（β）。";
    step_linear: "Every number of the row times a learned weight, added up, plus a bias.", "这一行的每个数乘以学到的权重，加起来，再加偏置。";
    step_score: "Query times key, number by number, added up, and divided by the root of the head’s width.",
        "查询和键逐个相乘，加起来，再除以头宽度的平方根。";
    step_masked: "This row comes later: the mask hides it, so nothing is read from it.", "这一行在后面：被遮住了，所以什么也不读。";
    step_softmax: "e to the score, as a share of all of them: the shares of a row add up to 1.", "e 的分数次方，占总和的份额：一行的份额加起来是 1。";
    step_mix: "Every visible row’s value, times how much it is read.", "每个看得到的行的值，乘以读它的份额。";
    step_gelu: "GELU: what is far below zero becomes 0, what is far above stays.", "GELU：远小于零的变成 0，远大于零的不变。";
    step_unembed: "The row against the token’s row of the output matrix: how alike they are, and how long.",
        "这一行和词元在输出矩阵里的那一行相乘：看方向有多像、有多长。";
    step_learned: "Training found this number. It is not computed from anything.", "这个数是训练找到的，不是由别的数算出来的。";

    // Embedding and neurons.
    embedding: "Embedding", "嵌入";
    embedding_title: "Every token is a point", "每个词元是一个点";
    embedding_subtitle: "Tokens that the model treats alike stand close together. Drag to move, turn the wheel to come nearer.",
        "模型当成差不多的词元会靠在一起。拖动可移动，滚轮可放大。";
    tokens_tab: "Tokens", "词元";
    positions_tab: "Positions", "位置";
    variance: "The picture keeps {0} % of the variance: {1} % across, {2} % up", "这张图保留了 {0} % 的方差：横向 {1} %，纵向 {2} %";
    picture_of: "A picture of {0} vectors", "{0} 个向量的图";
    nearest_to: "Nearest to “{0}”", "离“{0}”最近的";
    nearest_position: "Nearest to position {0}", "离位置 {0} 最近的";
    cosine_note: "in all dimensions: likeness of direction (cosine)", "按全部维度算：方向的相似程度（余弦）";
    its_numbers: "Its {0} numbers", "它的 {0} 个数";
    about_embedding_1: "A token enters the model as a row of numbers that training found. Here every row is a dot, flattened to two dimensions.",
        "词元进入模型时，是训练找到的一行数。这里每一行是一个点，压平成了两维。";
    about_embedding_2: "The picture loses most of the distances; the list at the right does not.",
        "压平会丢掉大部分距离；右边的列表没有丢。";
    about_embedding_try: "Click a dot.", "点一个点。";
    about_embedding_try_more: "Then switch to the positions: they make a curve.", "再切换到位置：它们连成一条曲线。";
    neurons: "Neurons", "神经元";
    neurons_title: "What makes a neuron fire?", "什么会让一个神经元兴奋？";
    neurons_subtitle: "Each neuron of an MLP waits for something, and then speaks for some tokens.",
        "MLP 里的每个神经元都在等着什么，等到了就替一些词元说话。";
    by_row: "In this row", "在这一行";
    by_data: "In the data", "在数据里";
    watched: "Watched on {0} tokens of the data “{1}”", "在数据“{1}”的 {0} 个词元上看过";
    watching: "Reading the data: {0} %", "正在读数据：{0} %";
    fires_on: "Fires most on", "最兴奋的地方";
    speaks_for: "When it fires, it speaks for", "它兴奋时，会抬高";
    speaks_against: "and against", "并压低";
    lock_it: "Lock this neuron", "锁定这个神经元";
    about_neurons_1: "In each row the MLP has many neurons. Each compares the row with a pattern of its own; the better it fits, the higher it rises.",
        "在每一行里，MLP 都有很多神经元。每个都拿这一行和自己的模式比，越像就升得越高。";
    about_neurons_2: "What a neuron waits for shows in the tokens on which it rises highest. Some wait for one word, some for many things at once.",
        "看它在哪些词元上升得最高，就知道它在等什么。有的只等一个词，有的同时等很多东西。";
    about_neurons_try: "Click a neuron of the list.", "点列表里的一个神经元。";
    about_neurons_try_more: "Then press X and look at the reply.", "再按 X，看看回答有没有变。";

    // Taking things out.
    export: "Save or share", "保存或分享";
    export_picture: "Save as a picture (PNG)", "存成图片（PNG）";
    export_drawing: "Save as a drawing (SVG)", "存成矢量图（SVG）";
    export_numbers: "Save its numbers (CSV)", "存成数字表（CSV）";
    export_activations: "Save all activations (safetensors)", "存成激活值文件（safetensors）";
    export_state: "Copy the way back to this state", "复制回到这里的文字";
    reopen: "Go back to this state", "回到这个状态";
    saved_as: "Saved as {0}", "已存为 {0}";
    state_copied: "Copied. Search (Ctrl K) takes it back in.", "已复制。按 Ctrl K 粘贴进去就能回到这里。";
    no_numbers: "There is nothing here yet that could be saved in this form.", "这里还没有能存成这种形式的内容。";
    no_folder: "This system has no folder of the user’s to save in.", "系统里找不到可以保存的用户文件夹。";

    // Two texts.
    compare: "Compare", "比较";
    compare_title: "Two texts side by side", "两段文字并排看";
    compare_subtitle: "Change one word, and see where the difference goes.", "改一个词，看差别传到哪里。";
    second_text: "Another text, to compare with", "另一段用来比较的文字";
    other_model: "Or read it with another model", "或者换一个模型来读";
    write_second: "Write a second text above: the same sentence with one word changed is a good start.",
        "在上面写第二段文字：把同一句话改一个词，就是个好开头。";
    differences: "How they differ", "差多少";
    patches: "One row patched", "换一行";
    differences_note: "length of the difference of the two streams, as a share", "两条残差流之差的长度，占原长的份额";
    patches_note: "what the score gains when this one row is taken from the other text", "把这一行换成另一段文字的，分数变化多少";
    this_text: "This text", "这段文字";
    other_text: "The other", "另一段";
    patch_at: "Before block {0}, row {1}", "块 {0} 之前，第 {1} 行";
    about_compare_1: "Both texts are read by the same model. Where their tokens are the same, so are their rows, until attention brings the difference in.",
        "两段文字由同一个模型读。词元相同的行也相同，直到注意力把差别带进来。";
    about_compare_2: "Then one row of one stream is exchanged. If the prediction turns, what it needs was in that row.",
        "然后只换一条残差流里的一行。如果预测变了，说明它要的东西就在那一行里。";
    about_compare_try: "Click a bright cell.", "点一个鲜明的格子。";
    about_compare_try_more: "The reply of the patched model stands at the right.", "右边就是换过之后模型写的回答。";

    // The self-check.
    to_check: "Check the numbers", "检查这些数";
    to_formula: "To the formula", "回到公式";
    check_title: "Is what is drawn what ran?", "画出来的，就是真正算过的吗？";
    checking: "Computing it once more…", "正在重新计算……";
    checked: "{0} of {1} hold, computed just now on this text.", "刚才在这段文字上重新算过：{1} 条里有 {0} 条成立。";
    holds: "holds", "成立";
    does_not_hold: "does not hold", "不成立";
    check_figures: "{0} numbers, largest deviation {1}, allowed {2}", "{0} 个数，最大偏差 {1}，允许 {2}";
    rows_sum_to_one: "Every row of every head’s attention adds up to 1.", "每个头的每一行注意力加起来是 1。";
    steps_equal_the_whole: "Reading token by token gives, to the last bit, the numbers that are drawn.",
        "一个词元一个词元地读，得到的数和画出来的一位不差。";
    writes_add_up: "What the parts wrote adds up to the last stream.", "各部分写进去的，加起来就是最后的残差流。";
    attribution_adds_up: "What the parts add to a score adds up to the score.", "各部分对分数的贡献，加起来就是分数。";
    gradients_agree: "Gradients are what a small change of a weight really does to the loss (in double precision).",
        "梯度等于稍稍改动权重时损失的真实变化（双精度）。";
    example_second: "What does a dog say?", "狗怎么叫？";
}
